import { sql, type Kysely, type RawBuilder } from 'kysely';
import { subtreeOf } from './category-repository.ts';
import { PRODUCT_COLUMNS, storedProduct, type ProductRow, type StoredProduct } from './stored-product.ts';

/** What narrows a list. Only products that are for sale are listed. */
export interface ProductFilter {
  /** With all that is below it. */
  readonly categoryId: string | undefined;
  /** Whatever its case. */
  readonly brand: string | undefined;
  readonly inStock: boolean;
}

/** How words are looked for: as words and beginnings of words, or as something that looks like them. */
export type SearchMode = 'words' | 'similar';

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
/** How alike a word must be to one that was asked for, from 0 to 1: two wrong letters in a word of eight still pass. */
const LEAST_SIMILARITY = '0.5';

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
 * Products that match all of the words, best first. `words` reads `products_search_vector`, the last word also as the beginning of one (search as you type);
 * `similar` reads `products_search_text` by trigrams and forgives typos.
 */
export function matchingProducts(
  mode: SearchMode,
  words: readonly string[],
  filter: ProductFilter,
  after: SearchPosition | undefined,
  limit: number,
): RawBuilder<FoundRow> {
  const { match, rank } = mode === 'words' ? byWords(words) : bySimilarity(words);
  const inSubtree = filter.categoryId === undefined ? NOTHING : sql`and p.category_id in (select id from subtree)`;
  return sql<FoundRow>`
    ${filter.categoryId === undefined ? NOTHING : sql`with ${subtreeOf(filter.categoryId)}`}
    select found.*, found.relevance::text as rank from (
      select ${PRODUCT_COLUMNS}, ${rank}::real as relevance
      from products p join stock s on s.product_id = p.id
      where ${FOR_SALE} and ${match} ${inSubtree} ${narrowed(filter)}
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
  const statement = matchingProducts(...query);
  const { rows } =
    query[0] === 'words'
      ? await statement.execute(database)
      : await database.transaction().execute(async (tx) => {
          await sql`select set_config('pg_trgm.word_similarity_threshold', ${LEAST_SIMILARITY}, true)`.execute(tx);
          return statement.execute(tx);
        });
  return rows.map((row) => ({ product: storedProduct(row), rank: row.rank }));
}

function narrowed({ brand, inStock }: ProductFilter): RawBuilder<unknown> {
  return sql`
    ${brand === undefined ? NOTHING : sql`and lower(p.brand) = lower(${brand})`}
    ${inStock ? sql`and s.on_hand > s.reserved` : NOTHING}`;
}

function byWords(words: readonly string[]) {
  const last = words.at(-1) ?? '';
  const whole = sql`plainto_tsquery('english', ${words.slice(0, -1).join(' ')})`;
  const lastWhole = sql`plainto_tsquery('english', ${last})`;
  // The vector holds stems, so a whole word must be stemmed and the beginning of one must not. A last word without a stem ("for") is left out.
  const query = sql`(${whole} && case when numnode(${lastWhole}) = 0 then ${lastWhole} else ${lastWhole} || to_tsquery('simple', ${`${last}:*`}) end)`;
  return { match: sql`p.search_vector @@ ${query}`, rank: sql`ts_rank(p.search_vector, ${query})` };
}

function bySimilarity(words: readonly string[]) {
  const each = words.map((word) => sql`p.search_text %> ${word}`);
  const similarities = words.map((word) => sql`word_similarity(${word}, p.search_text)`);
  return {
    match: sql.join(each, sql` and `),
    rank: sql`((${sql.join(similarities, sql` + `)}) / ${sql.lit(words.length)})`,
  };
}
