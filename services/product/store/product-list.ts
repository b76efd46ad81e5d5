import { sql, type Kysely, type RawBuilder } from 'kysely';
import { subtreeOf } from './category-repository.ts';
import { tsqueryOf, type SearchQuery } from './search-query.ts';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

/** What narrows a list. Only products that are for sale are listed. */
export interface ProductFilter {
  /** With all that is below it. */
  readonly categoryId: string | undefined;
  /** Whatever its case. */
  readonly brand: string | undefined;
  readonly inStock: boolean;
}

/** Where a page of a search ended. */
export interface SearchPosition {
  /** A `real` as PostgreSQL writes it, which reads back as the same. */
  readonly rank: string;
  readonly id: string;
}

/** A product that was found, and how well it matches. */
export interface FoundProduct {
  readonly product: StoredProduct;
  readonly rank: string;
}

type FoundRow = ProductRow & { readonly rank: string };

const FOR_SALE = sql`p.deleted_at is null and p.active`;
const NOTHING = sql``;
/** After all ids. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Products, newest first, from the one after `after` on. Served in this order by `products_newest`, `products_by_brand`, and, for each category of the
 * subtree on its own and merged then, `products_by_category` and `products_by_category_and_brand`: the work grows with the page and the
 * categories, not with the products.
 */
export function newestProducts(filter: ProductFilter, after: string | undefined, limit: number): RawBuilder<ProductRow> {
  const { brand, categoryId } = filter;
  const inCategory: IndexKey = { column: sql`p.category_id`, value: sql`subtree.id` };
  const ofBrand: IndexKey = { column: sql`lower(p.brand)`, value: sql`lower(${brand})` };
  const keys = [...(categoryId === undefined ? [] : [inCategory]), ...(brand === undefined ? [] : [ofBrand])];
  const page = sql`
    select p.* from products p where ${FOR_SALE} and ${ofKeys(keys, after ?? LAST_ID)} ${inStock(filter)}
    order by ${sql.join(keys.map(({ column }) => sql`${column} desc, `), NOTHING)} p.id desc limit ${limit}`; // prettier-ignore
  if (categoryId === undefined) return withStock(page);
  return sql<ProductRow>`
    with ${subtreeOf(categoryId)}
    ${withStock(sql`select found.* from subtree cross join lateral (${page}) as found order by found.id desc limit ${limit}`)}`;
}

/**
 * Products that match, best first: a hit in the name counts more than one in the brand, the category or the description. Served by
 * `products_search_vector`; the order is by rank, so all matches are ranked.
 */
export function matchingProducts(
  query: SearchQuery,
  filter: ProductFilter,
  after: SearchPosition | undefined,
  limit: number,
): RawBuilder<FoundRow> {
  const inSubtree = filter.categoryId === undefined ? NOTHING : sql`and p.category_id in (select id from subtree)`;
  const wanted = tsqueryOf(query);
  return sql<FoundRow>`
    ${filter.categoryId === undefined ? NOTHING : sql`with ${subtreeOf(filter.categoryId)}`}
    select ${PRODUCT_COLUMNS}, p.relevance::text as rank
    from (
      select * from (
        select p.*, ts_rank(p.search_vector, ${wanted}) as relevance from products p
        where ${FOR_SALE} and p.search_vector @@ ${wanted} ${inSubtree} ${ofBrand(filter)} ${inStock(filter)}
      ) as found
      ${after === undefined ? NOTHING : sql`where (relevance, id) < (${after.rank}::real, ${after.id}::uuid)`}
      order by relevance desc, id desc limit ${limit}
    ) as p
    join stock s on s.product_id = p.id
    order by p.relevance desc, p.id desc`;
}

/** Runs `newestProducts`. */
export async function listNewest(database: Kysely<unknown>, ...query: Parameters<typeof newestProducts>): Promise<StoredProduct[]> {
  return (await newestProducts(...query).execute(database)).rows.map(storedProduct);
}

/** Runs `matchingProducts`. */
export async function search(database: Kysely<unknown>, ...query: Parameters<typeof matchingProducts>): Promise<FoundProduct[]> {
  const { rows } = await matchingProducts(...query).execute(database);
  return rows.map((row) => ({ product: storedProduct(row), rank: row.rank }));
}

/** A page with what there is of its products: looked up for the page only, however many products there are. */
function withStock(page: RawBuilder<unknown>): RawBuilder<ProductRow> {
  return sql`select ${PRODUCT_COLUMNS} from (${page}) as p join stock s on s.product_id = p.id order by p.id desc`;
}

interface IndexKey {
  readonly column: RawBuilder<unknown>;
  readonly value: RawBuilder<unknown>;
}

/**
 * The rows whose keys have the values and whose id is before `id`.
 *
 * One key is said as a range of its index, and the order names it too, although it is the same for all rows: with an equality the planner may go through all
 * products by id instead, in the hope to meet some soon, and meets none in a category of old ones. Two keys make an index so much narrower
 * than any other way that equalities, which it estimates best, are safe (`products_folded_brand`).
 */
function ofKeys(keys: readonly IndexKey[], id: string): RawBuilder<unknown> {
  const [only] = keys;
  if (only !== undefined && keys.length === 1) {
    const { column, value } = only;
    return sql`${column} >= ${value} and (${column}, p.id) < (${value}, ${id}::uuid)`;
  }
  return sql`${sql.join(
    keys.map(({ column, value }) => sql`${column} = ${value} and `),
    NOTHING,
  )} p.id < ${id}::uuid`;
}

function ofBrand({ brand }: ProductFilter): RawBuilder<unknown> {
  return brand === undefined ? NOTHING : sql`and lower(p.brand) = lower(${brand})`;
}

/** A subquery for each product and not a join, as the planner may begin a join with the stock of all products. */
function inStock(filter: ProductFilter): RawBuilder<unknown> {
  return filter.inStock ? sql`and (select s.on_hand > s.reserved from stock s where s.product_id = p.id)` : NOTHING;
}
