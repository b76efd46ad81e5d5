import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { toMessage } from '@shopverse/mesh/money';
import { sql } from 'kysely';

/** A product with its stock as it comes from the database: bigints and timestamps are text. */
export interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly brand: string;
  readonly category_id: string;
  readonly price_minor: string;
  readonly currency: string;
  readonly image_urls: readonly string[];
  readonly available: string;
  readonly active: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly version: number;
}

/** The columns of a `ProductRow`, from `products p` and `stock s`. */
export const PRODUCT_COLUMNS = sql`
  p.id, p.sku, p.name, p.description, p.brand, p.category_id, p.price_minor, p.currency, p.image_urls, p.active, p.created_at, p.updated_at, p.version,
  s.on_hand - s.reserved as available`;

/** A row as the contract has it. */
export function productMessage(row: ProductRow): Product {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    brand: row.brand,
    categoryId: row.category_id,
    price: toMessage({ currency: row.currency, minor: BigInt(row.price_minor) }),
    imageUrls: [...row.image_urls],
    available: BigInt(row.available),
    active: row.active,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    etag: `"${row.version}"`,
  };
}
