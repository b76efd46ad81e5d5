import { sql, type QueryExecutorProvider } from 'kysely';
import { PRODUCT_COLUMNS, type ProductRow } from './product-row.ts';

/** What is looked for. */
export interface ProductQuery {
  readonly query: string;
  readonly categoryId: string;
  readonly brand: string;
  readonly inStock: boolean;
}

/** Where a page of a list ended: the rank ('' when there is no query) and the id of its last product. */
export interface ListPosition {
  readonly rank: string;
  readonly id: string;
}

/** A product of a list, with its rank as text. */
export type RankedRow = ProductRow & { readonly rank: string };

/** Up to `limit` products that are for sale behind `after`: best match first when there is a query, else newest first. */
export async function searchProducts(
  executor: QueryExecutorProvider,
  query: ProductQuery,
  after: ListPosition | undefined,
  limit: number,
): Promise<readonly RankedRow[]> {
  return query.query.trim() === '' ? newest(executor, query, after, limit) : ranked(executor, query, after, limit);
}

function filters({ categoryId, brand, inStock }: ProductQuery) {
  const subtree = sql`
    and p.category_id in (
      with recursive down as (
        select id from categories where id = ${categoryId}::uuid
        union all
        select c.id from categories c join down on c.parent_id = down.id where c.deleted_at is null
      ) select id from down)`;
  return sql`p.deleted_at is null and p.active
    ${categoryId === '' ? sql`` : subtree}
    ${brand === '' ? sql`` : sql`and lower(p.brand) = lower(${brand})`}
    ${inStock ? sql`and s.on_hand > s.reserved` : sql``}`;
}

async function newest(
  executor: QueryExecutorProvider,
  query: ProductQuery,
  after: ListPosition | undefined,
  limit: number,
): Promise<readonly RankedRow[]> {
  const { rows } = await sql<RankedRow>`
    select ${PRODUCT_COLUMNS}, '' as rank from products p join stock s on s.product_id = p.id
    where ${filters(query)} ${after === undefined ? sql`` : sql`and p.id < ${after.id}::uuid`}
    order by p.id desc limit ${limit}`.execute(executor);
  return rows;
}

/** Words of the query as prefixes, by the text index, and what is spelt alike, by trigrams; ranks are rounded so that a page token can carry them. */
async function ranked(
  executor: QueryExecutorProvider,
  query: ProductQuery,
  after: ListPosition | undefined,
  limit: number,
): Promise<readonly RankedRow[]> {
  const text = query.query.trim().toLowerCase();
  const { rows } = await sql<RankedRow>`
    with asked as (
      select websearch_to_tsquery('english', ${text}) as words, ${text} as text
    ), matches as (
      select ${PRODUCT_COLUMNS},
        round((ts_rank_cd(p.search_vector, asked.words) * 4 + word_similarity(asked.text, p.search_text))::numeric, 6) as rank
      from products p join stock s on s.product_id = p.id cross join asked
      where ${filters(query)} and (p.search_vector @@ asked.words or asked.text <% p.search_text)
    )
    select * from matches
    ${after === undefined ? sql`` : sql`where (rank, id) < (${after.rank}::numeric, ${after.id}::uuid)`}
    order by rank desc, id desc limit ${limit}`.execute(executor);
  return rows;
}
