import type { InferEntity } from '@mikro-orm/core';
import { Order, type OrderSnapshot } from '../domain/order.ts';
import type { OrderEntity } from './entities.ts';

/** An order as it lies in the database, its lines loaded. */
export type OrderRow = InferEntity<typeof OrderEntity>;

/** The columns of `orders` for an order. */
export function columnsOf(order: OrderSnapshot) {
  return {
    id: order.id,
    customerId: order.customerId,
    state: order.state,
    currency: order.total.currency,
    totalMinor: order.total.minor,
    shipRecipient: order.shipTo.recipient,
    shipStreet: order.shipTo.street,
    shipCity: order.shipTo.city,
    shipState: order.shipTo.state,
    shipPostalCode: order.shipTo.postalCode,
    shipCountryCode: order.shipTo.countryCode,
    paymentId: order.paymentId ?? null,
    cancelReason: order.cancelReason,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

/** The rows of `order_lines` for an order. Lines have the order's currency, as the order is in one. */
export function lineColumnsOf(order: OrderSnapshot) {
  return order.lines.map((line, position) => ({
    position,
    productId: line.productId,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    unitPriceMinor: line.unitPrice.minor,
  }));
}

/** The order that lies in a row. */
export function orderOf(row: OrderRow): Order {
  const { currency } = row;
  return Order.restore({
    id: row.id,
    customerId: row.customerId,
    state: row.state,
    lines: row.lines.getItems().map(({ productId, sku, name, quantity, unitPriceMinor }) => ({
      productId,
      sku,
      name,
      quantity,
      unitPrice: { currency, minor: unitPriceMinor },
    })),
    total: { currency, minor: row.totalMinor },
    shipTo: {
      recipient: row.shipRecipient,
      street: row.shipStreet,
      city: row.shipCity,
      state: row.shipState,
      postalCode: row.shipPostalCode,
      countryCode: row.shipCountryCode,
    },
    paymentId: row.paymentId ?? undefined,
    cancelReason: row.cancelReason,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}
