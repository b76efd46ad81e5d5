import { eventTypes } from '@shopverse/contracts/event-types';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import type { ReservationRow } from '../store/reservation-repository.ts';

/** Tells of each product whose stock was just changed. */
export function publishStockChanges(tx: Pick<Transaction, 'publish'>, rows: readonly ReservationRow[], changedAt: Date): void {
  for (const { result, product_id: productId, available, version } of rows) {
    if (result !== 'CHANGED') continue;
    tx.publish(eventTypes['shopverse.product.v1.StockChanged'], {
      productId,
      available: BigInt(available ?? 0),
      version: BigInt(version ?? 0),
      changedAt,
    });
  }
}
