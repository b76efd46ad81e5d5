import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { failure } from '@shopverse/mesh/failure';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { NewProduct, ProductDetails } from '../domain/product.ts';
import { ProductEntity } from './entities.ts';
import { recordPrices } from './price-history.ts';
import { publishStockChanges } from './stock-events.ts';
import { PRODUCT_COLUMNS, attributesColumn, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

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

/** A product that is not deleted, locked against other writers of it until the transaction ends; buyers, who lock its stock, do not wait. */
export async function lockProduct(tx: Transaction, id: string): Promise<StoredProduct | undefined> {
  const { rows } = await sql<ProductRow>`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where p.id = ${id}::uuid and p.deleted_at is null for no key update of p`.execute(tx.sql);
  return rows.map(storedProduct)[0];
}

/** A product that has a SKU, and what there is of it. */
export interface ProductInStock extends StoredProduct {
  readonly onHand: bigint;
  readonly reserved: bigint;
}

/** The live products that have these SKUs, and what there is of each. Served by `products_sku`. */
export async function findBySku(executor: QueryExecutorProvider, skus: readonly string[]): Promise<ProductInStock[]> {
  const { rows } = await sql<InStockRow>`
    select ${PRODUCT_COLUMNS}, s.on_hand, s.reserved from products p join stock s on s.product_id = p.id
    where p.sku = any (${skus}::text[]) and p.deleted_at is null`.execute(executor);
  return rows.map(productInStock);
}

/**
 * The same by id, locked against other writers until the transaction ends, in the order of their ids. Of those in `stockToo` what there is is locked as well, in the order in which buyers
 * lock it.
 */
export async function lockInStock(tx: Transaction, ids: readonly string[], stockToo: readonly string[]): Promise<ProductInStock[]> {
  await sql`
    select from products p where p.id = any (${ids}::uuid[]) and p.deleted_at is null order by p.id for no key update`.execute(tx.sql);
  if (stockToo.length > 0)
    await sql`select from stock s where s.product_id = any (${stockToo}::uuid[]) order by s.product_id for no key update`.execute(tx.sql);
  const { rows } = await sql<InStockRow>`
    select ${PRODUCT_COLUMNS}, s.on_hand, s.reserved from products p join stock s on s.product_id = p.id
    where p.id = any (${ids}::uuid[]) and p.deleted_at is null`.execute(tx.sql);
  return rows.map(productInStock);
}

type InStockRow = ProductRow & { readonly on_hand: string; readonly reserved: string };

function productInStock(row: InStockRow): ProductInStock {
  return { ...storedProduct(row), onHand: BigInt(row.on_hand), reserved: BigInt(row.reserved) };
}

/** What a locked product becomes. */
export interface ProductChange {
  readonly product: StoredProduct;
  /** With the names of the category that it has then and of all above that. */
  readonly after: ProductDetails & { readonly categoryNames: string };
}

/** Who changes products, and when. */
export interface ChangeContext {
  readonly at: Date;
  readonly actor: string;
  readonly toMessage: ToMessage;
}

/** Gives a locked product other details, and says so. A price that is new goes into the history. */
export async function changeProduct(
  tx: Transaction,
  product: StoredProduct,
  after: ProductChange['after'],
  context: ChangeContext,
): Promise<StoredProduct> {
  const [changed] = await changeProducts(tx, [{ product, after }], context);
  if (changed === undefined) throw new Error('The product was not changed.');
  return changed;
}

/** The same for many at once, in one statement. */
export async function changeProducts(
  tx: Transaction,
  changes: readonly ProductChange[],
  { at, actor, toMessage }: ChangeContext,
): Promise<StoredProduct[]> {
  if (changes.length === 0) return [];
  const changed = changes.map(({ product, after: { name, description, brand, categoryId, price, imageUrls, attributes, active } }) => ({
    ...product,
    ...{ name, description, brand, categoryId, price, imageUrls, attributes, active },
    version: product.version + 1,
    updatedAt: at,
  }));
  const rows = changed.map(({ id, name, description, brand, categoryId, price, imageUrls, attributes, active, version }, index) => ({
    id,
    name,
    description,
    brand,
    category_id: categoryId,
    category_names: changes[index]?.after.categoryNames,
    price_minor: String(price.minor),
    image_urls: imageUrls,
    attributes: attributesColumn(attributes),
    active,
    version,
  }));
  await sql`
    update products p set name = c.name, description = c.description, brand = c.brand, category_id = c.category_id, category_names = c.category_names,
      price_minor = c.price_minor, image_urls = c.image_urls, attributes = c.attributes, active = c.active, version = c.version,
      updated_at = ${at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (
      id uuid, name text, description text, brand text, category_id uuid, category_names text, price_minor bigint, image_urls text[], attributes jsonb,
      active boolean, version integer
    )
    where p.id = c.id`.execute(tx.sql);
  const repriced = changes.filter(({ product, after }) => product.price.minor !== after.price.minor);
  if (repriced.length > 0) await recordPrices(tx.sql, repriced.map(({ product }) => product.id), actor); // prettier-ignore
  for (const product of changed)
    tx.publish(eventTypes['shopverse.product.v1.ProductUpdated'], { productId: product.id, product: toMessage(product), updatedAt: at });
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
  const { id, sku, name, description, brand, categoryId, price, imageUrls, active, createdAt } = product;
  const columns = {
    id,
    sku,
    name,
    description,
    brand,
    categoryId,
    categoryNames,
    imageUrls: [...imageUrls],
    attributes: attributesColumn(product.attributes),
    createdAt,
    updatedAt: createdAt,
  };
  return { ...columns, priceMinor: price.minor, currency: price.currency, active, version: 1, deletedAt: null };
}

function refuseTakenSku(error: unknown): never {
  if (error instanceof UniqueConstraintViolationException && error.message.includes('products_sku')) {
    throw failure('SKU_TAKEN', 'Another product has this SKU; choose another one, or leave it out.');
  }
  throw error;
}
