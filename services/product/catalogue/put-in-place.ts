import type { Postgres } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider } from 'kysely';
import { toProductMessage } from '../rpc/product-message.ts';
import { addProducts, findProducts } from '../store/product-repository.ts';
import type { Catalogue, CatalogueCategory } from './generate.ts';

/** Products added by one transaction. */
const BATCH = 500;

/** Adds what of the catalogue is missing, as any product is added: with its stock, movement and events. Answers how many products were added. */
export async function putInPlace(database: Postgres, { categories, products }: Catalogue, at: Date): Promise<number> {
  await addCategories(database.sql, categories);
  let created = 0;
  for (let start = 0; start < products.length; start += BATCH) {
    const batch = products.slice(start, start + BATCH);
    created += await database.transaction(async (tx) => {
      const known = await findProducts(tx.sql, batch.map(({ id }) => id)); // prettier-ignore
      const there = new Set(known.map(({ id }) => id));
      const missing = batch.filter(({ id }) => !there.has(id));
      const items = missing.map(({ categoryNames, ...product }) => ({ product: { ...product, createdAt: at }, categoryNames }));
      await addProducts(tx, items, { reason: 'first stock', toMessage: toProductMessage });
      return missing.length;
    });
  }
  return created;
}

async function addCategories(executor: QueryExecutorProvider, categories: readonly CatalogueCategory[]): Promise<void> {
  await sql`
    insert into categories (id, name, slug, parent_id)
    select id, name, slug, "parentId" from jsonb_to_recordset(${JSON.stringify(categories)}::jsonb) as w (id uuid, name text, slug text, "parentId" uuid)
    on conflict do nothing`.execute(executor);
}
