import { eventTypes } from '@shopverse/contracts/event-types';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import type { StoredProduct } from './stored-product.ts';

/** When goods are taken, and from which number on there are few of what has no threshold of its own. */
export interface Taking {
  readonly at: Date;
  /** There are few when no more than this can be ordered. */
  readonly lowAt: bigint;
}

/** Of a product so much was taken just now, so that no one can order it any more, and so much is left to be ordered. */
export interface Taken {
  readonly productId: string;
  readonly quantity: bigint;
  readonly available: bigint;
  /** The product's own threshold, if it has one. */
  readonly threshold: bigint | undefined;
}

/** Whether this taking is the one after which there are few: said once, until there are more again. */
export function crosses({ quantity, available, threshold }: Omit<Taken, 'productId'>, lowAt: bigint): boolean {
  const few = threshold ?? lowAt;
  return available <= few && available + quantity > few;
}

/** Says of which products there are few now that were not few before. Only then are their names read. */
export async function publishLowStock(tx: Transaction, taken: readonly Taken[], { at, lowAt }: Taking): Promise<void> {
  const low = new Map(taken.filter((one) => crosses(one, lowAt)).map((one) => [one.productId, one]));
  if (low.size === 0) return;
  const { rows } = await sql<{ id: string; name: string; sku: string }>`
    select id, name, sku from products where id = any(${[...low.keys()]}::uuid[]) order by id`.execute(tx.sql);
  for (const { id, name, sku } of rows) {
    const { available = 0n, threshold = lowAt } = low.get(id) ?? {};
    tx.publish(eventTypes['shopverse.product.v1.StockLow'], { productId: id, name, sku, available, threshold, noticedAt: at });
  }
}

/** Says that there are few of a product because its threshold was raised over what can be ordered. The next taking would not: there are few already. */
export function publishRaisedThreshold(tx: Transaction, before: StoredProduct, after: StoredProduct, { at, lowAt }: Taking): void {
  const [old, threshold] = [before.lowStockThreshold ?? lowAt, after.lowStockThreshold ?? lowAt];
  const { id, name, sku, available } = after;
  if (available <= old || available > threshold) return;
  tx.publish(eventTypes['shopverse.product.v1.StockLow'], { productId: id, name, sku, available, threshold, noticedAt: at });
}
