import type { InferEntity } from '@mikro-orm/core';
import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import type { OrderEntity } from './entities.ts';
import { ofPaymentColumn } from './payment-column.ts';

/** An order as it lies in the database, its lines loaded. */
export type OrderRow = InferEntity<typeof OrderEntity>;

/** The order that lies in a row. Lines have the order's currency, as the order is in one. */
export function snapshotOf(row: OrderRow): OrderSnapshot {
  const { currency, shippedAt } = row;
  return {
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
    payments: row.payments.map(ofPaymentColumn),
    shipment:
      shippedAt === null || shippedAt === undefined
        ? undefined
        : { carrier: row.carrier, trackingNumber: row.trackingNumber, shippedAt, deliveredAt: row.deliveredAt ?? undefined },
    cancelReason: row.cancelReason,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
