import { PaymentState as StateNumber } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type {
  ListMyPaymentsRequest,
  ListMyPaymentsResponse,
  ListPaymentsRequest,
  ListPaymentsResponse,
} from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { paymentStates } from '../domain/payment-state.ts';
import { providerNames } from '../providers/names.ts';
import { listPayments as readPayments, type PaymentFilter, type PaymentPosition } from '../store/payment-list.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import { refundsOfPayments } from '../store/refund-repository.ts';
import { toPaymentMessage } from './payment-message.ts';

interface ListDeps {
  readonly database: PaymentDatabase;
}

const ANY: PaymentFilter = {
  states: [],
  providers: providerNames,
  createdFrom: undefined,
  createdTo: undefined,
  customerId: undefined,
  orderId: undefined,
};

/** The caller's payments, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listMyPayments({ database }: ListDeps): UnaryHandler<ListMyPaymentsRequest, ListMyPaymentsResponse> {
  return async (request, call) => {
    const { userId } = signedIn(call);
    return pageOf(database, { ...ANY, customerId: userId }, { list: 'my-payments', customer: userId }, request);
  };
}

/** Everybody's payments, newest first. Errors: INVALID_PAGE_TOKEN, INVALID_REQUEST when `created_to` is before `created_from`. */
export function listPayments({ database }: ListDeps): UnaryHandler<ListPaymentsRequest, ListPaymentsResponse> {
  return async (request) => {
    const { states, provider, createdFrom, createdTo, customerId, orderId } = request;
    if (createdFrom !== undefined && createdTo !== undefined && createdTo < createdFrom)
      throw invalidField('created_to', 'must not be before created_from');
    const filter: PaymentFilter = {
      states: paymentStates.filter((state) => states.includes(StateNumber[state])),
      providers: provider === '' ? providerNames : [provider],
      createdFrom,
      createdTo,
      customerId: given(customerId),
      orderId: given(orderId),
    };
    return pageOf(database, filter, { list: 'payments', ...filter }, request);
  };
}

async function pageOf(
  database: PaymentDatabase,
  filter: PaymentFilter,
  query: Readonly<Record<string, unknown>>,
  request: { readonly pageSize: number; readonly pageToken: string },
): Promise<ListPaymentsResponse> {
  const size = pageSize(request);
  const found = await readPayments(database, filter, positionOf(query, request.pageToken), size + 1);
  const { rows, nextPageToken } = page(found, size, query, ({ createdAt, id }) => [String(createdAt.getTime()), id]);
  const refunds = await refundsOfPayments(
    database,
    rows.map(({ id }) => id),
  );
  return { payments: rows.map((payment) => toPaymentMessage(payment, refunds.get(payment.id))), nextPageToken };
}

function positionOf(query: Readonly<Record<string, unknown>>, token: string): PaymentPosition | undefined {
  const cursor = decodePageToken(query, token, 2);
  if (cursor === undefined) return undefined;
  const [at = '', id = ''] = cursor;
  if (!/^\d{1,15}$/.test(at) || !isId(id))
    throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
  return { createdAt: new Date(Number(at)), id };
}

function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}
