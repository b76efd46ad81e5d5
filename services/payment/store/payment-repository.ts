import { LockMode } from '@mikro-orm/core';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { entriesOf } from '../domain/ledger.ts';
import type { Payment, PaymentSnapshot } from '../domain/payment.ts';
import { PaymentEntity } from './entities.ts';
import { publishPaymentEvent } from './payment-events.ts';
import { paymentOf, type PaymentRow } from './payment-row.ts';
import type { PaymentTables } from './tables.ts';

/** The payment database. */
export type PaymentDatabase = Postgres<PaymentTables>;
/** A transaction of it. */
export type PaymentTransaction = Transaction<PaymentTables>;
type EntityManager = PaymentTransaction['em'];

/**
 * Keeps a new payment and its events, unless the order has an open payment, or the provider's order has a payment: somebody was faster. Answers whether it was
 * kept; when not, nothing is.
 *
 * @param reconcileAt when the provider is asked how it ended, should no notice come
 */
export async function addPayment(tx: PaymentTransaction, payment: Payment, reconcileAt: Date): Promise<boolean> {
  const { snapshot } = payment;
  const added = await tx.sql
    .insertInto('payments')
    .values({
      id: snapshot.id,
      order_id: snapshot.orderId,
      customer_id: snapshot.customerId,
      state: snapshot.state,
      currency: snapshot.amount.currency,
      amount_minor: snapshot.amount.minor,
      provider: snapshot.provider,
      provider_order_id: snapshot.providerOrderId,
      provider_key_id: snapshot.providerKeyId,
      checkout_url: snapshot.checkoutUrl,
      reconcile_at: reconcileAt,
      created_at: snapshot.createdAt,
      updated_at: snapshot.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) return false;
  for (const event of payment.takeEvents()) publishPaymentEvent(tx, event);
  return true;
}

/** Which payment is meant. */
export type PaymentKey =
  | { readonly id: string }
  | { readonly provider: string; readonly providerOrderId: string }
  | { readonly orderId: string; readonly state: 'CREATED' };

/**
 * Changes a payment: `change` decides, the repository keeps what it did with its events and its bookings. Nobody else changes the payment until the transaction
 * ends. Answers undefined when there is no such payment.
 */
export async function changePayment<T>(
  tx: PaymentTransaction,
  key: PaymentKey,
  change: (payment: Payment) => T | Promise<T>,
): Promise<{ readonly payment: PaymentSnapshot; readonly result: T } | undefined> {
  const row = await tx.em.findOne(PaymentEntity, key, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (row === null) return undefined;
  const payment = paymentOf(row);
  const before = payment.snapshot;
  const result = await change(payment);
  await savePayment(tx, before, payment);
  return { payment: payment.snapshot, result };
}

/** Ends the payment of an order that is still open, if there is one. Served by `payments_one_open_per_order`. */
export async function closePaymentOf(tx: PaymentTransaction, orderId: string, reason: string, at: Date): Promise<void> {
  await changePayment(tx, { orderId, state: 'CREATED' }, (payment) => payment.close(reason, at));
}

/** State and books in one statement: neither is ever there without the other, and a payment costs one round trip less. */
async function savePayment(tx: PaymentTransaction, before: PaymentSnapshot, payment: Payment): Promise<void> {
  const { snapshot } = payment;
  const entries = payment.takeBookings().flatMap(entriesOf);
  const update = tx.sql
    .updateTable('payments')
    .set((row) => ({
      state: snapshot.state,
      provider_payment_id: snapshot.providerPaymentId ?? null,
      method: snapshot.method,
      failure_reason: snapshot.failureReason,
      refunded_minor: snapshot.refundedMinor,
      refunding_minor: snapshot.refundingMinor,
      updated_at: snapshot.updatedAt,
      version: row('version', '+', 1),
    }))
    .where('id', '=', snapshot.id);
  if (entries.length > 0) {
    const rows = entries.map(({ bookingId, paymentId, account, currency, minor, at }) => ({
      booking_id: bookingId,
      payment_id: paymentId,
      account,
      currency,
      amount_minor: minor,
      booked_at: at,
    }));
    await tx.sql
      .with('saved', () => update)
      .insertInto('ledger_entries')
      .values(rows)
      .execute();
  } else if (snapshot !== before) {
    await update.execute();
  }
  for (const event of payment.takeEvents()) publishPaymentEvent(tx, event);
}

/** A payment by its id. */
export async function findPayment(em: EntityManager, id: string): Promise<PaymentSnapshot | undefined> {
  return snapshotOf(await em.findOne(PaymentEntity, { id }));
}

/** The latest payment of an order. Served by `payments_by_order`. */
export async function findPaymentOfOrder(em: EntityManager, orderId: string): Promise<PaymentSnapshot | undefined> {
  const [row] = await em.find(PaymentEntity, { orderId }, { orderBy: { id: 'desc' }, limit: 1 });
  return snapshotOf(row ?? null);
}

function snapshotOf(row: PaymentRow | null): PaymentSnapshot | undefined {
  return row === null ? undefined : paymentOf(row).snapshot;
}
