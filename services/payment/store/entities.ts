import { defineEntity, p } from '@mikro-orm/core';
import type { PaymentState } from '../domain/payment-state.ts';

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
    providerPaymentId: p.text().fieldName('provider_payment_id').nullable(),
    method: p.text(),
    failureReason: p.text().fieldName('failure_reason'),
    /** When the provider is asked next; null when there is nothing left to ask. */
    reconcileAt: p.datetime().fieldName('reconcile_at').nullable(),
    reconcileTries: p.integer().fieldName('reconcile_tries'),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
  },
});

/** All entities of this service. */
export const entities = [PaymentEntity];
