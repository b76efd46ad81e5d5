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

/**
 * Products, newest first, from the one after `after` on. Served in this order by `products_newest`, `products_by_brand`, and, for each category of the
 * subtree on its own and merged then, `products_by_category` and `products_by_category_and_brand`: the work grows with the page and the
 * categories, not with the products.
 */
export function newestProducts(filter: ProductFilter, after: string | undefined, limit: number): RawBuilder<ProductRow> {
  const page = (where: RawBuilder<unknown>) => sql`
    select ${PRODUCT_COLUMNS} from products p join stock s on s.product_id = p.id
    where ${FOR_SALE} ${where} ${narrowed(filter)} ${after === undefined ? NOTHING : sql`and p.id < ${after}::uuid`}
    order by p.id desc limit ${limit}`;
  if (filter.categoryId === undefined) return sql<ProductRow>`${page(NOTHING)}`;
  return sql<ProductRow>`
    with ${subtreeOf(filter.categoryId)}
    select found.* from subtree cross join lateral (${page(sql`and p.category_id = subtree.id`)}) as found
    order by found.id desc limit ${limit}`;
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
    select found.*, found.relevance::text as rank from (
      select ${PRODUCT_COLUMNS}, ts_rank(p.search_vector, ${wanted}) as relevance
      from products p join stock s on s.product_id = p.id
      where ${FOR_SALE} and p.search_vector @@ ${wanted} ${inSubtree} ${narrowed(filter)}
    ) as found
    ${after === undefined ? NOTHING : sql`where (found.relevance, found.id) < (${after.rank}::real, ${after.id}::uuid)`}
    order by found.relevance desc, found.id desc limit ${limit}`;
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

function narrowed({ brand, inStock }: ProductFilter): RawBuilder<unknown> {
  return sql`
    ${brand === undefined ? NOTHING : sql`and lower(p.brand) = lower(${brand})`}
    ${inStock ? sql`and s.on_hand > s.reserved` : NOTHING}`;
}
