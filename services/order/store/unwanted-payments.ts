import { eventTypes } from '@shopverse/contracts/event-types';
import { toMessage, type Money } from '@shopverse/mesh/money';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import type { UnwantedReason } from '../domain/captured-payment.ts';

/** Captured money that no order can use. */
export interface UnwantedPayment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly reason: UnwantedReason;
  readonly receivedAt: Date;
}

/**
 * Writes down that this money is owed back, once a payment, and says so with the transaction, so that the payment service gives it back. It stays open until that
 * is done. Answers whether it was news.
 */
export async function keepUnwantedPayment(tx: Transaction, { amount, ...payment }: UnwantedPayment): Promise<boolean> {
  const { paymentId, orderId, customerId, reason, receivedAt } = payment;
  const { rows } = await sql`
    insert into unwanted_payments (payment_id, order_id, customer_id, currency, amount_minor, reason, received_at)
    values (${paymentId}, ${orderId}, ${customerId}, ${amount.currency}, ${amount.minor}, ${reason}, ${receivedAt})
    on conflict do nothing returning 1`.execute(tx.sql);
  if (rows.length === 0) return false;
  tx.publish(eventTypes['shopverse.order.v1.OrderPaymentUnwanted'], { ...payment, amount: toMessage(amount) });
  return true;
}

/** Notes that the money of a payment is back, if it is owed and this much covers it. */
export async function settleUnwantedPayment(
  tx: Transaction,
  { paymentId, refunded, at }: { readonly paymentId: string; readonly refunded: Money; readonly at: Date },
): Promise<void> {
  await sql`
    update unwanted_payments set settled_at = ${at}
    where payment_id = ${paymentId} and settled_at is null and currency = ${refunded.currency} and amount_minor <= ${refunded.minor}`.execute(
    tx.sql,
  );
}
