import { eventTypes } from '@shopverse/contracts/event-types';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';

/** When goods are taken, and from which number on there are few. */
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
}

/** Whether this taking is the one after which there are few: said once, until there are more again. */
export const crosses = ({ quantity, available }: Taken, lowAt: bigint): boolean => available <= lowAt && available + quantity > lowAt;

/** Says of which products there are few now that were not few before. Only then are their names read. */
export async function publishLowStock(tx: Transaction, taken: readonly Taken[], { at, lowAt }: Taking): Promise<void> {
  const low = new Map(taken.filter((one) => crosses(one, lowAt)).map(({ productId, available }) => [productId, available]));
  if (low.size === 0) return;
  const { rows } = await sql<{ id: string; name: string; sku: string }>`
    select id, name, sku from products where id = any(${[...low.keys()]}::uuid[]) order by id`.execute(tx.sql);
  for (const { id, name, sku } of rows) {
    const available = low.get(id) ?? 0n;
    tx.publish(eventTypes['shopverse.product.v1.StockLow'], { productId: id, name, sku, available, threshold: lowAt, noticedAt: at });
  }
}
