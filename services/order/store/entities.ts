import { defineEntity, p } from '@mikro-orm/core';
import type { Actor } from '../domain/order-history.ts';
import type { OrderState } from '../domain/order-state.ts';
import type { PaymentColumn } from './payment-column.ts';

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
    payments: p.json<readonly PaymentColumn[]>(),
    carrier: p.text(),
    trackingNumber: p.text().fieldName('tracking_number'),
    shippedAt: p.datetime().fieldName('shipped_at').nullable(),
    deliveredAt: p.datetime().fieldName('delivered_at').nullable(),
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
    position: p.bigint('bigint').primary(),
    orderId: p.uuid().fieldName('order_id'),
    fromState: p.text().$type<OrderState>().fieldName('from_state').nullable(),
    toState: p.text().$type<OrderState>().fieldName('to_state'),
    actorKind: p.text().$type<Actor['kind']>().fieldName('actor_kind'),
    actorId: p.text().fieldName('actor_id'),
    reason: p.text(),
    at: p.datetime(),
  },
});

/** All entities of this service. */
export const entities = [OrderEntity, OrderLineEntity, OrderHistoryEntity];
