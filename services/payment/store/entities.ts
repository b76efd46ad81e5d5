import { defineEntity, p } from '@mikro-orm/core';
import type { PaymentState } from '../domain/payment-state.ts';
import type { RefundState } from '../domain/refund-state.ts';

/** A row of `payments`. */
export const PaymentEntity = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid().fieldName('order_id'),
    customerId: p.uuid().fieldName('customer_id'),
    state: p.text().$type<PaymentState>(),
    currency: p.text(),
    amountMinor: p.bigint('bigint').fieldName('amount_minor'),
    provider: p.text(),
    providerOrderId: p.text().fieldName('provider_order_id'),
    providerKeyId: p.text().fieldName('provider_key_id'),
    checkoutUrl: p.text().fieldName('checkout_url'),
    providerPaymentId: p.text().fieldName('provider_payment_id').nullable(),
    method: p.text(),
    failureReason: p.text().fieldName('failure_reason'),
    refundedMinor: p.bigint('bigint').fieldName('refunded_minor'),
    refundingMinor: p.bigint('bigint').fieldName('refunding_minor'),
    /** When the provider is asked next; null when there is nothing left to ask. */
    reconcileAt: p.datetime().fieldName('reconcile_at').nullable(),
    reconcileTries: p.integer().fieldName('reconcile_tries'),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
  },
});

/** A row of `refunds`. */
export const RefundEntity = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.uuid().primary(),
    paymentId: p.uuid().fieldName('payment_id'),
    provider: p.text(),
    providerPaymentId: p.text().fieldName('provider_payment_id'),
    currency: p.text(),
    amountMinor: p.bigint('bigint').fieldName('amount_minor'),
    reason: p.text(),
    surplus: p.boolean(),
    requestedBy: p.uuid().fieldName('requested_by').nullable(),
    state: p.text().$type<RefundState>(),
    attempt: p.integer(),
    providerRefundId: p.text().fieldName('provider_refund_id').nullable(),
    failureReason: p.text().fieldName('failure_reason'),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
    processedAt: p.datetime().fieldName('processed_at').nullable(),
  },
});

/** All entities of this service. */
export const entities = [PaymentEntity, RefundEntity];
