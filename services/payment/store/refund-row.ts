import type { InferEntity } from '@mikro-orm/core';
import type { Refund } from '../domain/refund.ts';
import type { RefundEntity } from './entities.ts';

/** A refund as it lies in the database. */
export type RefundRow = InferEntity<typeof RefundEntity>;

/** The refund that lies in a row. */
export function refundOf(row: RefundRow): Refund {
  return {
    id: row.id,
    paymentId: row.paymentId,
    providerPaymentId: row.providerPaymentId,
    amount: { currency: row.currency, minor: row.amountMinor },
    reason: row.reason,
    surplus: row.surplus,
    requestedBy: row.requestedBy ?? undefined,
    state: row.state,
    attempt: row.attempt,
    providerRefundId: row.providerRefundId ?? undefined,
    failureReason: row.failureReason,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    processedAt: row.processedAt ?? undefined,
  };
}
