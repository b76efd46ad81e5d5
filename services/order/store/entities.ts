import { defineEntity, p } from '@mikro-orm/core';
import type { UnwantedReason } from '../domain/captured-payment.ts';
import type { OrderState } from '../domain/order-state.ts';

/** A row of `order_lines`. */
export const OrderLineEntity = defineEntity({
  name: 'OrderLine',
  tableName: 'order_lines',
  properties: {
    order: () => p.manyToOne(OrderEntity).primary().joinColumn('order_id'),
    position: p.integer().primary(),
    productId: p.uuid().fieldName('product_id'),
    sku: p.text(),
    name: p.text(),
    quantity: p.integer(),
    unitPriceMinor: p.bigint('bigint').fieldName('unit_price_minor'),
  },
});

/** A row of `orders`. */
export const OrderEntity = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    customerId: p.uuid().fieldName('customer_id'),
    state: p.text().$type<OrderState>(),
    currency: p.text(),
    totalMinor: p.bigint('bigint').fieldName('total_minor'),
    shipRecipient: p.text().fieldName('ship_recipient'),
    shipStreet: p.text().fieldName('ship_street'),
    shipCity: p.text().fieldName('ship_city'),
    shipState: p.text().fieldName('ship_state'),
    shipPostalCode: p.text().fieldName('ship_postal_code'),
    shipCountryCode: p.text().fieldName('ship_country_code'),
    paymentId: p.uuid().fieldName('payment_id').nullable(),
    cancelReason: p.text().fieldName('cancel_reason'),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
    lines: () => p.oneToMany(OrderLineEntity).mappedBy('order').orderBy({ position: 'asc' }),
  },
});

/** A row of `order_history`. */
export const OrderHistoryEntity = defineEntity({
  name: 'OrderHistory',
  tableName: 'order_history',
  properties: {
    id: p.uuid().primary(),
    order: () => p.manyToOne(OrderEntity).joinColumn('order_id'),
    fromState: p.text().fieldName('from_state').nullable(),
    toState: p.text().fieldName('to_state'),
    actorKind: p.text().fieldName('actor_kind'),
    actorId: p.text().fieldName('actor_id'),
    reason: p.text(),
    at: p.datetime(),
  },
});

/** A row of `unwanted_payments`: money that is owed back until it is settled. */
export const UnwantedPaymentEntity = defineEntity({
  name: 'UnwantedPayment',
  tableName: 'unwanted_payments',
  properties: {
    paymentId: p.uuid().primary().fieldName('payment_id'),
    orderId: p.uuid().fieldName('order_id'),
    customerId: p.uuid().fieldName('customer_id'),
    currency: p.text(),
    amountMinor: p.bigint('bigint').fieldName('amount_minor'),
    reason: p.text().$type<UnwantedReason>(),
    receivedAt: p.datetime().fieldName('received_at'),
    settledAt: p.datetime().fieldName('settled_at').nullable(),
  },
});

/** All entities of this service. */
export const entities = [OrderEntity, OrderLineEntity, OrderHistoryEntity, UnwantedPaymentEntity];
