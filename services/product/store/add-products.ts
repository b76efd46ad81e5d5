import { eventTypes } from '@shopverse/contracts/event-types';
import { failure } from '@shopverse/mesh/failure';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import type { NewProduct } from '../domain/product.ts';
import { recordPrices } from './price-history.ts';
import { publishStockChanges } from './stock-events.ts';
import { attributesColumn, thresholdColumn, type StoredProduct, type ToMessage } from './stored-product.ts';

/** A product to be added, and the names of its category and of all above that. */
export interface ProductToAdd {
  readonly product: NewProduct;
  readonly categoryNames: string;
}

/** How products come to be added. */
export interface Addition {
  /** Of the movement of their first stock. */
  readonly reason: string;
  readonly toMessage: ToMessage;
  /** Id of the user who adds them, if it is one. */
  readonly actor?: string | undefined;
  /** The import, or `seed`. @default none: somebody adds them one by one */
  readonly importId?: string;
}

/**
 * Adds products with their first stock, its movement, and their events.
 *
 * @throws Failure SKU_TAKEN
 */
export async function addProducts(
  tx: Transaction,
  items: readonly ProductToAdd[],
  { reason, toMessage, actor, importId = '' }: Addition,
): Promise<StoredProduct[]> {
  await insertProducts(tx, items).catch(refuseTakenSku);
  await addStock(tx, items.map(({ product }) => product), reason); // prettier-ignore
  const ids = items.map(({ product }) => product.id);
  await recordPrices(tx.sql, ids, actor);
  const added = items.map(({ product }) => ({
    ...product,
    lowStockThreshold: product.lowStockThreshold,
    version: 1,
    updatedAt: product.createdAt,
    available: product.initialStock,
  }));
  for (const product of added) {
    tx.publish(eventTypes['shopverse.product.v1.ProductCreated'], { productId: product.id, product: toMessage(product), importId });
    publishStockChanges(tx, [{ productId: product.id, available: product.available, version: 1n }], product.createdAt);
  }
  return added;
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

async function insertProducts(tx: Transaction, items: readonly ProductToAdd[]): Promise<void> {
  const rows = items.map(({ product, categoryNames }) => ({
    id: product.id,
    sku: product.sku,
    name: product.name,
    description: product.description,
    brand: product.brand,
    category_id: product.categoryId,
    category_names: categoryNames,
    price_minor: String(product.price.minor),
    currency: product.price.currency,
    image_urls: product.imageUrls,
    attributes: attributesColumn(product.attributes),
    active: product.active,
    low_stock_threshold: thresholdColumn(product.lowStockThreshold),
    created_at: product.createdAt.toISOString(),
  }));
  await sql`
    insert into products (id, sku, name, description, brand, category_id, category_names, price_minor, currency, image_urls, attributes, active, low_stock_threshold, created_at, updated_at)
    select id, sku, name, description, brand, category_id, category_names, price_minor, currency, image_urls, attributes, active, low_stock_threshold, created_at, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p (
      id uuid, sku text, name text, description text, brand text, category_id uuid, category_names text, price_minor bigint, currency text, image_urls text[],
      attributes jsonb, active boolean, low_stock_threshold bigint, created_at timestamptz
    )`.execute(tx.sql);
}

function refuseTakenSku(error: unknown): never {
  if (error instanceof Error && 'constraint' in error && error.constraint === 'products_sku') {
    throw failure('SKU_TAKEN', 'Another product has this SKU; choose another one, or leave it out.');
  }
  throw error;
}
