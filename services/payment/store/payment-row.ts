import type { InferEntity } from '@mikro-orm/core';
import { Payment } from '../domain/payment.ts';
import type { PaymentEntity } from './entities.ts';

/** A payment as it lies in the database. */
export type PaymentRow = InferEntity<typeof PaymentEntity>;

/** The payment that lies in a row. */
export function paymentOf(row: PaymentRow): Payment {
  return Payment.restore({
    id: row.id,
    orderId: row.orderId,
    customerId: row.customerId,
    state: row.state,
    amount: { currency: row.currency, minor: row.amountMinor },
    provider: row.provider,
    providerOrderId: row.providerOrderId,
    providerKeyId: row.providerKeyId,
    checkoutUrl: row.checkoutUrl,
    providerPaymentId: row.providerPaymentId ?? undefined,
    method: row.method,
    failureReason: row.failureReason,
    refundedMinor: row.refundedMinor,
    refundingMinor: row.refundingMinor,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}
