import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import type { OrderForPayment, OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { Payment as PaymentMessage } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { CreatePaymentRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure } from '@shopverse/mesh/failure';
import { fromMessage } from '@shopverse/mesh/money';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import { openPaymentOf, refuseUnpayable, type PayableOrder } from '../domain/checkout.ts';
import { Payment, type PaymentSnapshot } from '../domain/payment.ts';
import type { OpenedOrder, PaymentProvider } from '../domain/provider.ts';
import { addPayment, findPaymentOfOrder, type PaymentDatabase, type PaymentTransaction } from '../store/payment-repository.ts';
import { toPaymentMessage } from './payment-message.ts';

/** What opening a payment needs. */
export interface CreatePaymentDeps {
  readonly database: PaymentDatabase;
  readonly orders: Pick<RpcClient<typeof OrderServiceDefinition>, 'getOrderForPayment'>;
  /** Who takes new payments. */
  readonly provider: PaymentProvider;
  readonly clock: () => Date;
  /** How long a payment waits for its notice before the provider is asked, in milliseconds. */
  readonly reconcileAfterMs: number;
}

/**
 * How long a try that fell silent keeps its idempotency key, in milliseconds. Shorter than the slowest try could take: one that lost its key can't commit, and its
 * successor finds the same order at the provider, so a client whose server died need not wait long.
 */
const LEASE_MS = 10_000;

/**
 * Opens a payment for the caller's order; asking again answers the one that is open. Amount and currency are the order's. The provider's order belongs to the shop's order and
 * not to the try, so whatever breaks off in between, a retry finds the same one.
 * Errors: ORDER_NOT_FOUND, ORDER_NOT_PAYABLE, PROVIDER_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED.
 */
export function createPayment({
  database,
  orders,
  provider,
  clock,
  reconcileAfterMs,
}: CreatePaymentDeps): UnaryHandler<CreatePaymentRequest, PaymentMessage> {
  return async ({ orderId }, call) => {
    const { userId } = signedIn(call);
    return idempotent(database, call, { codec: PaymentMessage, leaseMs: LEASE_MS }, async (claim) => {
      const order = payable(await orders.getOrderForPayment({ id: orderId }));
      refuseUnpayable(order, userId);
      const existing = await database.read((em) => findPaymentOfOrder(em, order.id));
      const opened = existing === undefined ? await provider.openOrder({ orderId: order.id, amount: order.total }) : undefined;

      return database.transaction(async (tx) => {
        const answer = toPaymentMessage(opened === undefined ? await current(tx, order.id) : await open(tx, order, opened));
        await claim.complete(tx, answer);
        return answer;
      });

      /** Keeps the new payment; when somebody was faster, theirs counts. */
      async function open(tx: PaymentTransaction, { id, customerId, total }: PayableOrder, opened: OpenedOrder): Promise<PaymentSnapshot> {
        const at = clock();
        const payment = Payment.open(
          {
            id: claim.resourceId,
            orderId: id,
            customerId,
            amount: total,
            provider: provider.name,
            providerKeyId: provider.keyId,
            ...opened,
          },
          at,
        );
        const added = await addPayment(tx, payment, new Date(at.getTime() + reconcileAfterMs));
        return added ? payment.snapshot : current(tx, id);
      }
    });
  };
}

async function current(tx: PaymentTransaction, orderId: string): Promise<PaymentSnapshot> {
  const payment = await findPaymentOfOrder(tx.em, orderId);
  if (payment === undefined) throw failure('CONCURRENT_CHANGE', "The order's payment is being opened; try again.", { order_id: orderId });
  return openPaymentOf(payment);
}

function payable({ id, customerId, state, total }: OrderForPayment): PayableOrder {
  return { id, customerId, waitsForPayment: state === OrderState.PENDING_PAYMENT, total: fromMessage(total, 'total') };
}
