import { sql, type RawBuilder } from 'kysely';
import type { PriceRange } from '../domain/price-range.ts';

/** What narrows a list. Only products that are for sale are listed. */
export interface ProductFilter {
  /** With all that is below it. */
  readonly categoryId: string | undefined;
  /** Whatever its case. */
  readonly brand: string | undefined;
  readonly inStock: boolean;
  readonly price: PriceRange | undefined;
}

/** The condition on `products p` that the indexes of lists have, too. */
export const FOR_SALE = sql`p.deleted_at is null and p.active`;
export const NOTHING = sql``;

/** Each condition begins with "and", or is nothing when the filter doesn't say. */
export function ofBrand({ brand }: Pick<ProductFilter, 'brand'>): RawBuilder<unknown> {
  return brand === undefined ? NOTHING : sql`and lower(p.brand) = lower(${brand})`;
}

/** A subquery for each product and not a join, as the planner may begin a join with the stock of all products. */
export function inStock(filter: Pick<ProductFilter, 'inStock'>): RawBuilder<unknown> {
  return filter.inStock ? sql`and (select s.on_hand > s.reserved from stock s where s.product_id = p.id)` : NOTHING;
}

export function inPriceRange({ price }: Pick<ProductFilter, 'price'>): RawBuilder<unknown> {
  if (price === undefined) return NOTHING;
  const { currency, min, max } = price;
  return sql`and p.currency = ${currency} and p.price_minor between ${String(min)}::bigint and ${String(max)}::bigint`;
}
