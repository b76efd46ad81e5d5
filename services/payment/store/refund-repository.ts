import type { Refund } from '../domain/refund.ts';
import { RefundEntity } from './entities.ts';
import type { PaymentDatabase, PaymentTransaction } from './payment-repository.ts';
import { refundOf } from './refund-row.ts';

type EntityManager = PaymentTransaction['em'];

/** Keeps a new refund; it is due at once. The payment must be locked, and changed in the same transaction. */
export async function addRefund(tx: PaymentTransaction, refund: Refund, provider: string): Promise<void> {
  await tx.sql
    .insertInto('refunds')
    .values({
      id: refund.id,
      payment_id: refund.paymentId,
      provider,
      provider_payment_id: refund.providerPaymentId,
      currency: refund.amount.currency,
      amount_minor: refund.amount.minor,
      reason: refund.reason,
      surplus: refund.surplus,
      requested_by: refund.requestedBy ?? null,
      ...stateOf(refund, refund.createdAt),
      created_at: refund.createdAt,
    })
    .execute();
}

/**
 * Keeps what became of a refund. The payment must be locked, and changed in the same transaction.
 *
 * @param nextTryAt when it is taken up again; nothing to an ended refund
 */
export async function saveRefund(tx: PaymentTransaction, refund: Refund, nextTryAt: Date): Promise<void> {
  await tx.sql.updateTable('refunds').set(stateOf(refund, nextTryAt)).where('id', '=', refund.id).execute();
}

/** A refund by its id. */
export async function findRefund(em: EntityManager, id: string): Promise<Refund | undefined> {
  const row = await em.findOne(RefundEntity, { id }, { refresh: true });
  return row === null ? undefined : refundOf(row);
}

/** The refunds of payments, oldest first, by the payment's id. Served by `refunds_by_payment`. */
export async function refundsOfPayments(
  database: PaymentDatabase,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Refund[]>> {
  const byPayment = new Map<string, Refund[]>();
  if (paymentIds.length === 0) return byPayment;
  const rows = await database.read((em) =>
    em.find(RefundEntity, { paymentId: { $in: [...paymentIds] } }, { orderBy: { paymentId: 'asc', createdAt: 'asc', id: 'asc' } }),
  );
  for (const row of rows) {
    const refunds = byPayment.get(row.paymentId) ?? [];
    byPayment.set(row.paymentId, [...refunds, refundOf(row)]);
  }
  return byPayment;
}

function stateOf(refund: Refund, nextTryAt: Date) {
  const underWay = refund.state === 'REQUESTED' || refund.state === 'PENDING';
  return {
    state: refund.state,
    attempt: refund.attempt,
    provider_refund_id: refund.providerRefundId ?? null,
    failure_reason: refund.failureReason,
    next_try_at: underWay ? nextTryAt : null,
    tries: 0,
    updated_at: refund.updatedAt,
    processed_at: refund.processedAt ?? null,
  };
}
