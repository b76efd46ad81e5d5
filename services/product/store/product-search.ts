import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { ProductOrder } from '../domain/product-order.ts';
import { subtreeOf } from './category-repository.ts';
import { FOR_SALE, inPriceRange, inStock, NOTHING, ofBrand, type ProductFilter } from './product-filter.ts';
import { beyond, inOrder, withStock, type ListPosition } from './product-list.ts';
import { tsqueryOf, type SearchQuery } from './search-query.ts';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

/** A product that was found, and how well it matches: a `real` as PostgreSQL writes it, which reads back as the same. */
export interface FoundProduct {
  readonly product: StoredProduct;
  readonly rank: string;
}

type FoundRow = ProductRow & { readonly rank: string };

/** The condition that a product answers to a query, and to a filter; the category comes as `subtree`. Served by `products_search_vector`. */
export function matches(query: SearchQuery, filter: ProductFilter): RawBuilder<unknown> {
  const inSubtree = filter.categoryId === undefined ? NOTHING : sql`and p.category_id in (select id from subtree)`;
  return sql`${FOR_SALE} and p.search_vector @@ ${tsqueryOf(query)} ${inSubtree} ${ofBrand(filter)} ${inPriceRange(filter)} ${inStock(filter)}`;
}

/**
 * Products that match, best first: a hit in the name counts more than one in the brand, the category or the description. The order is by rank, so all matches are
 * ranked. The key of `after` is a rank.
 */
export function bestMatches(
  query: SearchQuery,
  filter: ProductFilter,
  after: ListPosition | undefined,
  limit: number,
): RawBuilder<FoundRow> {
  return sql<FoundRow>`
    ${subtree(filter)}
    select ${PRODUCT_COLUMNS}, p.relevance::text as rank
    from (
      select * from (select p.*, ts_rank(p.search_vector, ${tsqueryOf(query)}) as relevance from products p where ${matches(query, filter)}) as found
      ${after === undefined ? NOTHING : sql`where (relevance, id) < (${after.key}::real, ${after.id}::uuid)`}
      order by relevance desc, id desc limit ${limit}
    ) as p
    join stock s on s.product_id = p.id
    order by p.relevance desc, p.id desc`;
}

/**
 * Products that match, in an order of the caller's. They are found by their words first and sorted then ("offset 0"): the planner would else go through all products in
 * that order, in the hope that many match.
 */
export function orderedMatches(
  query: SearchQuery,
  filter: ProductFilter,
  order: ProductOrder,
  after: ListPosition | undefined,
  limit: number,
): RawBuilder<ProductRow> {
  const found = sql`(select p.* from products p where ${matches(query, filter)} offset 0)`;
  const page = sql`select p.* from ${found} as p where true ${beyond(order, after)} order by ${inOrder(order)} limit ${limit}`;
  return sql<ProductRow>`${subtree(filter)} ${withStock(page, order)}`;
}

/** Runs `bestMatches`, or with an order `orderedMatches`, whose ranks are not told. */
export async function search(
  database: Kysely<unknown>,
  query: SearchQuery,
  filter: ProductFilter,
  { order, after, limit }: { readonly order: ProductOrder | undefined; readonly after: ListPosition | undefined; readonly limit: number },
): Promise<FoundProduct[]> {
  if (order === undefined) {
    const { rows } = await bestMatches(query, filter, after, limit).execute(database);
    return rows.map((row) => ({ product: storedProduct(row), rank: row.rank }));
  }
  const { rows } = await orderedMatches(query, filter, order, after, limit).execute(database);
  return rows.map((row) => ({ product: storedProduct(row), rank: '' }));
}

function subtree({ categoryId }: ProductFilter): RawBuilder<unknown> {
  return categoryId === undefined ? NOTHING : sql`with ${subtreeOf(categoryId)}`;
}
