import type { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type { Money } from '@shopverse/mesh/money';
import { sql } from 'kysely';
import type { Attribute } from '../domain/attributes.ts';

/** A product as it is kept, with what there is of it. */
export interface StoredProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly brand: string;
  readonly categoryId: string;
  readonly price: Money;
  readonly imageUrls: readonly string[];
  /** By key. */
  readonly attributes: readonly Attribute[];
  readonly active: boolean;
  /** There are few when no more than this can be ordered; undefined: the shop's own threshold. */
  readonly lowStockThreshold: bigint | undefined;
  /** The number of the write that made it so. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** On hand less reserved. */
  readonly available: bigint;
}

/** The one who knows how a product is told to others. */
export type ToMessage = (product: StoredProduct) => Product;

/** A row of `PRODUCT_COLUMNS`. */
export interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly brand: string;
  readonly category_id: string;
  readonly price_minor: string;
  readonly currency: string;
  readonly image_urls: string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly active: boolean;
  readonly low_stock_threshold: string | null;
  readonly version: number;
  readonly created_ms: string | number;
  readonly updated_ms: string | number;
  readonly available: string;
}

/** The columns of a stored product, of `products p` and `stock s`. */
export const PRODUCT_COLUMNS = sql`
  p.id, p.sku, p.name, p.description, p.brand, p.category_id, p.price_minor, p.currency, p.image_urls, p.attributes, p.active, p.low_stock_threshold, p.version,
  extract(epoch from p.created_at) * 1000 as created_ms, extract(epoch from p.updated_at) * 1000 as updated_ms,
  s.on_hand - s.reserved as available`;

/** Attributes as the column has them. */
export function attributesColumn(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
}

/** A threshold as the column has it, in JSON, whose numbers have fewer digits. */
export function thresholdColumn(threshold: bigint | undefined): string | null {
  return threshold === undefined ? null : String(threshold);
}

function attributesOf(column: Readonly<Record<string, string>>): Attribute[] {
  return Object.entries(column)
    .map(([key, value]) => ({ key, value }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

export function storedProduct(row: ProductRow): StoredProduct {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    brand: row.brand,
    categoryId: row.category_id,
    price: { currency: row.currency, minor: BigInt(row.price_minor) },
    imageUrls: row.image_urls,
    attributes: attributesOf(row.attributes),
    active: row.active,
    lowStockThreshold: row.low_stock_threshold === null ? undefined : BigInt(row.low_stock_threshold),
    version: row.version,
    createdAt: new Date(Number(row.created_ms)),
    updatedAt: new Date(Number(row.updated_ms)),
    available: BigInt(row.available),
  };
}
