import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { failure } from '@shopverse/mesh/failure';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { NewProduct, ProductDetails } from '../domain/product.ts';
import { ProductEntity } from './entities.ts';
import { recordPrices } from './price-history.ts';
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
 * @param reason of the movement; `actor` is the id of the user who adds them, if it is one
 * @throws Failure SKU_TAKEN
 */
export async function addProducts(
  tx: Transaction,
  items: readonly ProductToAdd[],
  { reason, toMessage, actor }: { readonly reason: string; readonly toMessage: ToMessage; readonly actor?: string | undefined },
): Promise<StoredProduct[]> {
  await tx.em.insertMany(ProductEntity, items.map(columnsOf)).catch(refuseTakenSku);
  await addStock(tx, items.map(({ product }) => product), reason); // prettier-ignore
  const ids = items.map(({ product }) => product.id);
  await recordPrices(tx.sql, ids, actor);
  const added = items.map(({ product }) => ({
    ...product,
    active: true,
    lowStockThreshold: product.lowStockThreshold,
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
  const { rows } = await productsById(ids).execute(executor);
  return rows.map(storedProduct);
}

/** The statement of `findProducts`. Served by `products_pkey` and `stock_pkey`. */
export function productsById(ids: readonly string[]): RawBuilder<ProductRow> {
  return sql<ProductRow>`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where p.id = any (${ids}::uuid[]) and p.deleted_at is null`;
}

/** A product that is not deleted, locked against other writers of it until the transaction ends; buyers, who lock its stock, do not wait. */
export async function lockProduct(tx: Transaction, id: string): Promise<StoredProduct | undefined> {
  const { rows } = await sql<ProductRow>`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where p.id = ${id}::uuid and p.deleted_at is null for no key update of p`.execute(tx.sql);
  return rows.map(storedProduct)[0];
}

/**
 * Gives a locked product other details, and says so. A price that is new goes into the history.
 *
 * @param categoryNames of the category that it has then and of all above that
 */
export async function changeProduct(
  tx: Transaction,
  product: StoredProduct,
  after: ProductDetails & { readonly categoryNames: string },
  { at, actor, toMessage }: { readonly at: Date; readonly actor: string; readonly toMessage: ToMessage },
): Promise<StoredProduct> {
  const { categoryNames, ...details } = after;
  const changed = { ...product, ...details, version: product.version + 1, updatedAt: at };
  const { name, description, brand, categoryId, price, imageUrls, active, lowStockThreshold } = details;
  await sql`
    update products set name = ${name}, description = ${description}, brand = ${brand}, category_id = ${categoryId}::uuid,
      category_names = ${categoryNames}, price_minor = ${String(price.minor)}::bigint, image_urls = ${imageUrls}::text[],
      active = ${active}, low_stock_threshold = ${lowStockThreshold === undefined ? null : String(lowStockThreshold)}::bigint, version = ${changed.version}, updated_at = ${at.toISOString()}::timestamptz
    where id = ${product.id}::uuid`.execute(tx.sql);
  if (price.minor !== product.price.minor) await recordPrices(tx.sql, [product.id], actor);
  tx.publish(eventTypes['shopverse.product.v1.ProductUpdated'], {
    productId: product.id,
    product: toMessage(changed),
    updatedAt: at,
  });
  return changed;
}

/** Takes a locked product out of the catalogue, and says so. Its row stays for what refers to it. */
export async function deleteStoredProduct(tx: Transaction, { id, version }: StoredProduct, at: Date): Promise<void> {
  await sql`
    update products set deleted_at = ${at.toISOString()}::timestamptz, updated_at = ${at.toISOString()}::timestamptz, version = ${version + 1}
    where id = ${id}::uuid`.execute(tx.sql);
  tx.publish(eventTypes['shopverse.product.v1.ProductDeleted'], { productId: id, deletedAt: at });
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
  const { id, sku, name, description, brand, categoryId, price, imageUrls, createdAt, lowStockThreshold = null } = product;
  const columns = {
    id,
    sku,
    name,
    description,
    brand,
    categoryId,
    categoryNames,
    imageUrls: [...imageUrls],
    lowStockThreshold,
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
