import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { failure } from '@shopverse/mesh/failure';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { NewProduct } from '../domain/product.ts';
import { ProductEntity } from './entities.ts';
import { publishStockChanges } from './stock-events.ts';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

/** A product to be added, and the names of its category and of all above that. */
export interface ProductToAdd {
  readonly product: NewProduct;
  readonly categoryNames: string;
}

/** The one who knows how a product is told to others. */
export type ToMessage = (product: StoredProduct) => Product;

/**
 * Adds products with their first stock, its movement, and their events.
 *
 * @param reason of the movement
 * @throws Failure SKU_TAKEN
 */
export async function addProducts(
  tx: Transaction,
  items: readonly ProductToAdd[],
  { reason, toMessage }: { readonly reason: string; readonly toMessage: ToMessage },
): Promise<StoredProduct[]> {
  await tx.em.insertMany(ProductEntity, items.map(columnsOf)).catch(refuseTakenSku);
  await addStock(tx, items.map(({ product }) => product), reason); // prettier-ignore
  const added = items.map(({ product }) => ({
    ...product,
    active: true,
    version: 1,
    updatedAt: product.createdAt,
    available: product.initialStock,
  }));
  for (const product of added) {
    tx.publish(eventTypes['shopverse.product.v1.ProductCreated'], { productId: product.id, product: toMessage(product) });
    publishStockChanges(tx, [{ productId: product.id, available: product.available, version: 1n }], product.createdAt);
  }
  return added;
}

/** A product that is not deleted. */
export async function findProduct(executor: QueryExecutorProvider, id: string): Promise<StoredProduct | undefined> {
  return (await findProducts(executor, [id]))[0];
}

/** Those of the products that exist and are not deleted, in one query. */
export async function findProducts(executor: QueryExecutorProvider, ids: readonly string[]): Promise<StoredProduct[]> {
  const { rows } = await sql<ProductRow>`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where p.id = any (${ids}::uuid[]) and p.deleted_at is null`.execute(executor);
  return rows.map(storedProduct);
}

async function addStock(tx: Transaction, products: readonly NewProduct[], reason: string): Promise<void> {
  const ids = products.map(({ id }) => id);
  const counts = products.map(({ initialStock }) => String(initialStock));
  await sql`
    with added as (
      insert into stock (product_id, on_hand)
      select * from unnest(${ids}::uuid[], ${counts}::bigint[]) returning product_id, on_hand
    )
    insert into stock_movements (product_id, kind, on_hand_change, reserved_change, reason)
    select product_id, 'received', on_hand, 0, ${reason} from added where on_hand > 0`.execute(tx.sql);
}

function columnsOf({ product, categoryNames }: ProductToAdd) {
  const { id, sku, name, description, brand, categoryId, price, imageUrls, createdAt } = product;
  const columns = {
    id,
    sku,
    name,
    description,
    brand,
    categoryId,
    categoryNames,
    imageUrls: [...imageUrls],
    createdAt,
    updatedAt: createdAt,
  };
  return { ...columns, priceMinor: price.minor, currency: price.currency, active: true, version: 1, deletedAt: null };
}

function refuseTakenSku(error: unknown): never {
  if (error instanceof UniqueConstraintViolationException && error.message.includes('products_sku')) {
    throw failure('SKU_TAKEN', 'Another product has this SKU; choose another one, or leave it out.');
  }
  throw error;
}
