import { eventTypes } from '@shopverse/contracts/event-types';
import { sql, type QueryExecutorProvider } from 'kysely';
import { addProducts, findProducts } from '../store/product-repository.ts';
import { productMessage } from '../store/product-row.ts';
import type { ProductDatabase } from '../store/tables.ts';
import type { Catalogue, CatalogueCategory } from './generate.ts';

/** Products added by one transaction. */
const BATCH = 500;

/** Adds what of the catalogue is missing, with the events that any new product has. Answers how many products were added. */
export async function putInPlace(database: ProductDatabase, { categories, products }: Catalogue, now: Date): Promise<number> {
  await addCategories(database.sql, categories);
  let created = 0;
  for (let at = 0; at < products.length; at += BATCH) {
    created += await database.transaction(async (tx) => {
      const added = await addProducts(tx.sql, products.slice(at, at + BATCH), now);
      for (const row of await findProducts(tx.sql, added, { onlyActive: false })) {
        const product = productMessage(row);
        tx.publish(eventTypes['shopverse.product.v1.ProductCreated'], { productId: row.id, product });
        tx.publish(eventTypes['shopverse.product.v1.StockChanged'], {
          productId: row.id,
          available: product.available,
          version: 1n,
          changedAt: now,
        });
      }
      return added.length;
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
