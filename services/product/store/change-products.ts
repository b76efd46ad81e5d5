import { eventTypes } from '@shopverse/contracts/event-types';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import type { ProductDetails } from '../domain/product.ts';
import { recordPrices } from './price-history.ts';
import { attributesColumn, thresholdColumn, type StoredProduct, type ToMessage } from './stored-product.ts';

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
  const changed = changes.map(({ product, after }): StoredProduct => {
    const { name, description, brand, categoryId, price, imageUrls, attributes, active, lowStockThreshold } = after;
    const details = { name, description, brand, categoryId, price, imageUrls, attributes, active, lowStockThreshold };
    return { ...product, ...details, version: product.version + 1, updatedAt: at };
  });
  const rows = changed.map(
    ({ id, name, description, brand, categoryId, price, imageUrls, attributes, active, lowStockThreshold, version }, index) => ({
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
      low_stock_threshold: thresholdColumn(lowStockThreshold),
      version,
    }),
  );
  await sql`
    update products p set name = c.name, description = c.description, brand = c.brand, category_id = c.category_id, category_names = c.category_names,
      price_minor = c.price_minor, image_urls = c.image_urls, attributes = c.attributes, active = c.active, low_stock_threshold = c.low_stock_threshold, version = c.version,
      updated_at = ${at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (
      id uuid, name text, description text, brand text, category_id uuid, category_names text, price_minor bigint, image_urls text[], attributes jsonb,
      active boolean, low_stock_threshold bigint, version integer
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
