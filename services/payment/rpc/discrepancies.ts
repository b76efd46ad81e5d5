import { DiscrepancyKind as KindNumber, type Discrepancy } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type {
  ListDiscrepanciesRequest,
  ListDiscrepanciesResponse,
  SettleDiscrepancyRequest,
} from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { discrepancyKinds } from '../domain/payment.ts';
import {
  listDiscrepancies as readDiscrepancies,
  settleByHand,
  type DiscrepancyPosition,
  type KeptDiscrepancy,
} from '../store/discrepancies.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';

/** What providers say that does not fit, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listDiscrepancies({
  database,
}: {
  readonly database: PaymentDatabase;
}): UnaryHandler<ListDiscrepanciesRequest, ListDiscrepanciesResponse> {
  return async (request) => {
    const size = pageSize(request);
    const query = { list: 'discrepancies', settled: request.settled };
    const after = positionOf(query, request.pageToken);
    const found = await readDiscrepancies(database, { settled: request.settled, after, limit: size + 1 });
    const { rows, nextPageToken } = page(found, size, query, (last) => [
      String(last.foundAt.getTime()),
      last.paymentId,
      last.providerPaymentId,
      last.kind,
    ]);
    return { discrepancies: rows.map(toDiscrepancyMessage), nextPageToken };
  };
}

/** Puts on record that an admin has settled a discrepancy. Errors: DISCREPANCY_NOT_FOUND. */
export function settleDiscrepancy({
  database,
  clock,
}: {
  readonly database: PaymentDatabase;
  readonly clock: () => Date;
}): UnaryHandler<SettleDiscrepancyRequest, Discrepancy> {
  return async ({ paymentId, providerPaymentId, kind, note }, call) => {
    const name = discrepancyKinds.find((known) => KindNumber[known] === kind);
    const settled =
      name === undefined
        ? undefined
        : await settleByHand(database, { paymentId, providerPaymentId, kind: name }, { by: signedIn(call).userId, note, at: clock() });
    if (settled === undefined) throw failure('DISCREPANCY_NOT_FOUND', 'No such discrepancy of this payment.', { payment_id: paymentId });
    return toDiscrepancyMessage(settled);
  };
}

function positionOf(query: Readonly<Record<string, unknown>>, token: string): DiscrepancyPosition | undefined {
  const cursor = decodePageToken(query, token, 4);
  if (cursor === undefined) return undefined;
  const [at = '', paymentId = '', providerPaymentId = '', name] = cursor;
  const kind = discrepancyKinds.find((known) => known === name);
  if (!/^\d{1,15}$/.test(at) || !isId(paymentId) || kind === undefined)
    throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
  return { foundAt: new Date(Number(at)), paymentId, providerPaymentId, kind };
}

function toDiscrepancyMessage({ kind, amount, settledBy = '', ...kept }: KeptDiscrepancy): Discrepancy {
  return { ...kept, kind: KindNumber[kind], amount: toMessage(amount), settledBy };
}
