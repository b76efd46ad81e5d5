import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { ProductOrder } from '../domain/product-order.ts';
import { subtreeOf } from './category-repository.ts';
import { FOR_SALE, inPriceRange, inStock, NOTHING, type ProductFilter } from './product-filter.ts';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

/** Where a page ended. */
export interface ListPosition {
  /** Its price in minor units, or its name; nothing matters when the list is by time. */
  readonly key: string;
  readonly id: string;
}

/**
 * Products in an order, from the one after `after` on. By time they are served by `products_newest`, `products_by_brand`, and, for each category of the subtree on its own
 * and merged then, `products_by_category` and `products_by_category_and_brand`; by price and by name by the indexes named so. The work grows with the page and the
 * categories, not with the products. By time is by id: ids are UUIDv7.
 */
export function listedProducts(
  filter: ProductFilter,
  order: ProductOrder,
  after: ListPosition | undefined,
  limit: number,
): RawBuilder<ProductRow> {
  const { brand, categoryId, price } = filter;
  const inCategory: IndexKey = { column: sql`p.category_id`, value: sql`subtree.id` };
  const ofBrand: IndexKey = { column: sql`lower(p.brand)`, value: sql`lower(${brand})` };
  const keys = [...(categoryId === undefined ? [] : [inCategory]), ...(brand === undefined ? [] : [ofBrand])];
  const forced = keys.length === 1 && (price === undefined || order.by === 'price') ? keys : [];
  const page = sql`
    select p.* from products p
    where ${FOR_SALE} ${ofKeys(keys, forced)} ${beyond(order, after, forced)} ${inPriceRange(filter)} ${inStock(filter)}
    order by ${inOrder(order, forced)} limit ${limit}`;
  if (categoryId === undefined) return withStock(page, order);
  return sql<ProductRow>`
    with ${subtreeOf(categoryId)}
    ${withStock(sql`select p.* from subtree cross join lateral (${page}) as p order by ${inOrder(order)} limit ${limit}`, order)}`;
}

/** Runs `listedProducts`. */
export async function listStored(database: Kysely<unknown>, ...query: Parameters<typeof listedProducts>): Promise<StoredProduct[]> {
  return (await listedProducts(...query).execute(database)).rows.map(storedProduct);
}

/** What a product is sorted by, besides its id. */
const SORT_COLUMNS: Readonly<Record<ProductOrder['by'], RawBuilder<unknown> | undefined>> = {
  created_at: undefined,
  price: sql`p.price_minor`,
  name: sql`lower(p.name)`,
};

/** The position that a product of a page is at. */
export function positionOf({ by }: ProductOrder, { id, name, price }: StoredProduct): ListPosition {
  return { id, key: by === 'price' ? String(price.minor) : by === 'name' ? name : '' };
}

interface IndexKey {
  readonly column: RawBuilder<unknown>;
  readonly value: RawBuilder<unknown>;
}

/**
 * The rows whose keys have the values.
 *
 * A key that is forced is said as a range of its index, and the order names it too, although it is the same for all rows: with an equality the planner may go through all
 * products in the order of the list instead, in the hope to meet some soon, and meets none in a category of old ones. Two keys make an index so much narrower
 * than any other way that equalities, which it estimates best, are safe (`products_folded_brand`); and of a range of prices and another order it must choose which is narrower.
 */
function ofKeys(keys: readonly IndexKey[], forced: readonly IndexKey[]): RawBuilder<unknown> {
  const each = keys.map((key) =>
    forced.includes(key) ? sql`and ${key.column} >= ${key.value} and ${key.column} <= ${key.value}` : sql`and ${key.column} = ${key.value}`,
  );
  return each.length === 0 ? NOTHING : sql.join(each, sql` `);
}

/** The rows after a position, as one comparison of rows, which an index can begin at. */
export function beyond(
  { by, descending }: ProductOrder,
  after: ListPosition | undefined,
  forced: readonly IndexKey[] = [],
): RawBuilder<unknown> {
  if (after === undefined) return NOTHING;
  const key = { created_at: undefined, price: sql`${after.key}::bigint`, name: sql`lower(${after.key}::text)` }[by];
  const column = SORT_COLUMNS[by];
  const columns = [...forced.map(({ column }) => column), ...(column === undefined ? [] : [column]), sql`p.id`];
  const values = [...forced.map(({ value }) => value), ...(key === undefined ? [] : [key]), sql`${after.id}::uuid`];
  return sql`and (${sql.join(columns)}) ${descending ? sql`<` : sql`>`} (${sql.join(values)})`;
}

/** What follows "order by". */
export function inOrder({ by, descending }: ProductOrder, forced: readonly IndexKey[] = []): RawBuilder<unknown> {
  const column = SORT_COLUMNS[by];
  const columns = [...forced.map(({ column }) => column), ...(column === undefined ? [] : [column]), sql`p.id`];
  return sql.join(columns.map((one) => (descending ? sql`${one} desc` : one)));
}

/** A page with what there is of its products: looked up for the page only, however many products there are. */
export function withStock(page: RawBuilder<unknown>, order: ProductOrder): RawBuilder<ProductRow> {
  return sql`select ${PRODUCT_COLUMNS} from (${page}) as p join stock s on s.product_id = p.id order by ${inOrder(order)}`;
}
