import { eventTypes } from '@shopverse/contracts/event-types';
import type { Transaction } from '@shopverse/mesh/store/postgres';

/** What can be ordered of a product after a change. */
export interface StockChange {
  readonly productId: string;
  readonly available: bigint;
  /** Counts the changes of this product's stock. */
  readonly version: bigint;
}

/** Says what can be ordered now. The version tells a late event for what it is, whatever way it took. */
export function publishStockChanges(tx: Transaction, changes: readonly StockChange[], changedAt: Date): void {
  for (const change of changes) tx.publish(eventTypes['shopverse.product.v1.StockChanged'], { ...change, changedAt });
}
