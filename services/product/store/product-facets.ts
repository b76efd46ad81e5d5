import { sql, type Kysely, type RawBuilder } from 'kysely';
import { branchesBelow } from './category-repository.ts';
import { FOR_SALE, NOTHING, ofBrand, type ProductFilter } from './product-filter.ts';
import { tsqueryOf, type SearchQuery } from './search-query.ts';

/** What products are counted by. */
export type Facet = 'category' | 'brand' | 'price';

/** Counts of the products of a list. */
export interface StoredFacets {
  readonly total: bigint;
  readonly categories: readonly { readonly categoryId: string; readonly name: string; readonly count: bigint }[];
  readonly brands: readonly { readonly brand: string; readonly count: bigint }[];
  /** Lowest and highest, in minor units; undefined when there are no products, or it was not asked for. */
  readonly prices: readonly [bigint, bigint] | undefined;
}

const MOST_CATEGORIES = sql.lit(100);
const MOST_BRANDS = sql.lit(20);

interface FacetRow {
  readonly kind: 'total' | Facet;
  readonly id: string | null;
  readonly name: string | null;
  readonly count: string | null;
  readonly lowest: string | null;
  readonly highest: string | null;
}

/**
 * Counts the products of a list by what is asked, in one pass: each category and brand is counted once, and those counts are added up as each facet wants them. A facet
 * leaves its own filter out: the brands are those to choose from, whichever is chosen now. Without a query it is `products_by_category_and_price` that is read, and
 * not the products; the stock is joined, as all of it is looked at.
 *
 * @param currency of the shop, in which prices are
 */
export function facetsQuery(
  query: SearchQuery | undefined,
  filter: ProductFilter,
  facets: ReadonlySet<Facet>,
  currency: string,
): RawBuilder<FacetRow> {
  const { categoryId, brand, price } = filter;
  const inRange =
    price === undefined
      ? sql`true`
      : sql`p.currency = ${price.currency} and p.price_minor between ${String(price.min)}::bigint and ${String(price.max)}::bigint`;
  const isBrand = brand === undefined ? sql`true` : sql`lower(g.brand) = lower(${brand})`;
  const priced = sql`filter (where p.currency = ${currency})`;
  const parts = [
    sql`select 'total' as kind, null::uuid as id, null::text as name, coalesce(sum(g.found), 0) as count, null::bigint as lowest, null::bigint as highest
      from counted g where ${isBrand}`,
    ...(facets.has('category')
      ? [sql`(
          select 'category', b.branch, c.name, sum(g.found), null, null
          from counted g join branches b on b.id = g.category_id join categories c on c.id = b.branch where ${isBrand}
          group by b.branch, c.name having sum(g.found) > 0 order by sum(g.found) desc, c.name, b.branch limit ${MOST_CATEGORIES})`] // prettier-ignore
      : []),
    ...(facets.has('brand')
      ? [sql`(
          select 'brand', null, min(g.brand), sum(g.found), null, null
          from counted g where g.brand <> ''
          group by lower(g.brand) having sum(g.found) > 0 order by sum(g.found) desc, lower(g.brand) limit ${MOST_BRANDS})`] // prettier-ignore
      : []),
    ...(facets.has('price') ? [sql`select 'price', null, null, null, min(g.lowest), max(g.highest) from counted g where ${isBrand}`] : []),
  ];
  return sql<FacetRow>`
    with recursive ${branchesBelow(categoryId)}, counted as materialized (
      select p.category_id, p.brand, count(*) filter (where ${inRange}) as found,
        min(p.price_minor) ${priced} as lowest, max(p.price_minor) ${priced} as highest
      from products p ${filter.inStock ? sql`join stock s on s.product_id = p.id and s.on_hand > s.reserved` : NOTHING}
      where ${FOR_SALE}
        ${categoryId === undefined ? NOTHING : sql`and p.category_id in (select id from branches)`}
        ${query === undefined ? NOTHING : sql`and p.search_vector @@ ${tsqueryOf(query)}`}
        ${facets.has('brand') ? NOTHING : ofBrand(filter)}
        ${facets.has('price') ? NOTHING : sql`and ${inRange}`}
      group by p.category_id, p.brand
    )
    ${sql.join(parts, sql` union all `)}`;
}

/** Runs `facetsQuery`. */
export async function countFacets(database: Kysely<unknown>, ...query: Parameters<typeof facetsQuery>): Promise<StoredFacets> {
  const { rows } = await facetsQuery(...query).execute(database);
  const of = (kind: FacetRow['kind']) => rows.filter((row) => row.kind === kind);
  const { lowest = null, highest = null } = of('price')[0] ?? {};
  return {
    total: BigInt(of('total')[0]?.count ?? 0),
    categories: of('category').map(({ id, name, count }) => ({ categoryId: id ?? '', name: name ?? '', count: BigInt(count ?? 0) })),
    brands: of('brand').map(({ name, count }) => ({ brand: name ?? '', count: BigInt(count ?? 0) })),
    prices: lowest === null || highest === null ? undefined : [BigInt(lowest), BigInt(highest)],
  };
}
