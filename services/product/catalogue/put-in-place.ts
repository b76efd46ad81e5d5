import type { Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { toProductMessage } from '../rpc/product-message.ts';
import { addMissingCategories } from '../store/category-repository.ts';
import { addProducts } from '../store/add-products.ts';
import type { Catalogue } from './generate.ts';

/** Products added by one transaction. */
const BATCH = 500;

/**
 * Adds what of the catalogue was never added, with its stock and events like any other product; nobody is told of each, as with an import. Several may do so at the same time: the table's lock makes one
 * wait for the other. Answers how many products were added.
 *
 * @throws Failure SKU_TAKEN
 */
export async function putInPlace(database: Postgres, { categories, products }: Catalogue): Promise<number> {
  await database.transaction((tx) => addMissingCategories(tx.sql, categories));
  let created = 0;
  for (let start = 0; start < products.length; start += BATCH) {
    const batch = products.slice(start, start + BATCH);
    created += await database.transaction(async (tx) => {
      await sql`lock table products in share row exclusive mode`.execute(tx.sql);
      const ids = batch.map(({ product }) => product.id);
      const { rows } = await sql<{ id: string }>`select id from products where id = any (${ids}::uuid[])`.execute(tx.sql);
      const known = new Set(rows.map(({ id }) => id));
      const missing = batch.filter(({ product }) => !known.has(product.id));
      if (missing.length > 0) await addProducts(tx, missing, { reason: 'initial stock', toMessage: toProductMessage, importId: 'seed' });
      return missing.length;
    });
  }
  return created;
}
