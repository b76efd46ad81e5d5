import { LockMode } from '@mikro-orm/core';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
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
export type PaymentKey = { readonly id: string } | { readonly provider: string; readonly providerOrderId: string };

/**
 * Changes a payment: `change` decides, the repository keeps what it did with its events. Nobody else changes the payment until the transaction ends. A payment that
 * has succeeded is no longer asked about. Answers undefined when there is no such payment.
 */
export async function changePayment<T>(
  tx: PaymentTransaction,
  key: PaymentKey,
  change: (payment: Payment) => T,
): Promise<{ readonly payment: PaymentSnapshot; readonly result: T } | undefined> {
  const row = await tx.em.findOne(PaymentEntity, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return undefined;
  const payment = paymentOf(row);
  const result = change(payment);
  const { state, providerPaymentId, method, failureReason, updatedAt } = payment.snapshot;
  tx.em.assign(row, { state, providerPaymentId: providerPaymentId ?? null, method, failureReason, updatedAt });
  if (state !== 'CREATED' && state !== 'FAILED') row.reconcileAt = null;
  for (const event of payment.takeEvents()) publishPaymentEvent(tx, event);
  await tx.em.flush();
  return { payment: payment.snapshot, result };
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
