import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { sql, type RawBuilder } from 'kysely';
import { pricesQuery } from './store/price-history.ts';
import { newestProducts, matchingProducts, type ProductFilter } from './store/product-list.ts';
import { alikeWordsQuery } from './store/search-query.ts';
import { movementsQuery } from './store/stock-ledger.ts';
import { ProductScene } from './testing/product-scene.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

const PRODUCTS = 30_000;
/** Products added by one statement: few enough for its time limit on a busy machine. */
const BATCH = 5_000;
const filter: ProductFilter = { categoryId: undefined, brand: undefined, inStock: false };
let shop: ProductScene;
let top: string;

beforeAll(async () => {
  shop = await ProductScene.open();
  top = await shop.category('Top');
  const leaves = await Promise.all(Array.from({ length: 20 }, (_, leaf) => shop.category(`Leaf ${leaf}`, top)));
  await shop.database.transaction(async ({ sql: tx }) => {
    for (let first = 1; first <= PRODUCTS; first += BATCH) {
      await sql`
      insert into products (id, sku, name, description, brand, category_id, category_names, price_minor, currency, image_urls, created_at, updated_at, active)
      select uuidv7(), 'SKU-' || n, 'thing w' || n % 3000 || case when n % 500 = 0 then ' cookware' else '' end, 'about v' || n % 2000, 'Brand ' || (n / 20) % 8,
        (${leaves}::uuid[])[n % 20 + 1], 'Leaf Top', 100, 'INR', '{}', now(), now(), n % 4 <> 1
      from generate_series(${first}::integer, ${first + BATCH - 1}::integer) n`.execute(tx);
    }
    await sql`insert into stock (product_id, on_hand) select id, 5 from products`.execute(tx);
  });
  await shop.rows(sql`analyze`);
}, 60_000);
afterAll(() => shop.close());

/** Every node of the plan that was followed. */
async function plan(query: RawBuilder<unknown>): Promise<PlanNode[]> {
  const { rows } = await sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>`explain (analyze, format json) ${query}`.execute(shop.database.sql);
  const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => flat(Plan)));
}
const indexes = (nodes: readonly PlanNode[]) => [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))];
const readOf = (nodes: readonly PlanNode[], table: string) =>
  nodes.filter((node) => node['Relation Name'] === table).reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
const readInFull = (nodes: readonly PlanNode[]) =>
  nodes.filter((node) => node['Node Type'] === 'Seq Scan' && ['products', 'stock', 'search_words'].includes(node['Relation Name'] ?? ''));

describe('the plan of a list', () => {
  it.each<[string, Partial<ProductFilter> & { subtree?: boolean }, string, number]>([
    ['everything', {}, 'products_newest', 25],
    ['what is in stock', { inStock: true }, 'products_newest', 25],
    ['a brand', { brand: 'brand 7' }, 'products_by_brand', 25],
    ['a category with its subtree', { subtree: true }, 'products_by_category', 21 * 25],
    ['a brand in a category', { subtree: true, brand: 'brand 7' }, 'products_by_category_and_brand', 21 * 25],
  ])('of %s reads its index in order, as far as the page goes', async (_what, { subtree, ...change }, index, most) => {
    const nodes = await plan(newestProducts({ ...filter, ...change, categoryId: subtree === true ? top : undefined }, undefined, 21));
    expect(indexes(nodes)).toContain(index);
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(most);
    // Once for the filter, once for the answer.
    expect(readOf(nodes, 'stock')).toBeLessThanOrEqual(2 * most);
  });

  it('goes on from a cursor without reading what is before it', async () => {
    const [middle] = await shop.rows(sql<{ id: string }>`select id from products order by id offset ${PRODUCTS / 2} limit 1`);
    const nodes = await plan(newestProducts(filter, middle?.id, 21));
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(25);
  });

  it('of a search reads the words, and only what matches them', async () => {
    const nodes = await plan(matchingProducts({ words: ['cookware'] }, filter, undefined, 21));
    expect(indexes(nodes)).toContain('products_search_vector');
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(PRODUCTS / 500);
    expect(readOf(nodes, 'stock')).toBeLessThanOrEqual(25);
  });

  it('of a word with a typo reads the vocabulary by trigrams', async () => {
    const nodes = await plan(alikeWordsQuery(['cokware']));
    expect(indexes(nodes)).toContain('search_words_trigrams');
    expect(readInFull(nodes)).toEqual([]);
  });

  it('of products by id reads those', async () => {
    const ids = (await shop.rows(sql<{ id: string }>`select id from products limit 20`)).map(({ id }) => id);
    const { products } = await shop.order((client) => client.batchGetProducts({ ids: [...ids, newId()] }));
    expect(products.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const nodes = await plan(
      sql`select * from products p join stock s on s.product_id = p.id where p.id = any (${ids}::uuid[]) and p.deleted_at is null`,
    );
    expect(indexes(nodes).toSorted()).toEqual(['products_pkey', 'stock_pkey']);
  });

  it('of prices and of movements reads those of the page', async () => {
    const [product] = await shop.rows(sql<{ id: string }>`select id from products limit 1`);
    const id = product?.id ?? '';
    await shop.rows(sql`
      insert into product_prices (product_id, price_minor, currency, since)
      select p.id, n, 'INR', now() from (select id from products limit 200) p, generate_series(1, 50) n`);
    await shop.rows(sql`
      insert into stock_movements (product_id, kind, on_hand_change, reserved_change, reason)
      select p.id, 'adjusted', 1, 0, 'test' from (select id from products limit 200) p, generate_series(1, 50) n`);
    await shop.rows(sql`analyze product_prices, stock_movements`);
    for (const [query, index] of [
      [pricesQuery(id, 10n ** 17n, 21), 'product_prices_by_product'],
      [movementsQuery(id, 10n ** 17n, 21), 'stock_movements_by_product'],
    ] as const) {
      const nodes = await plan(query);
      expect(indexes(nodes)).toEqual([index]);
      expect(nodes.every((node) => node['Actual Rows'] <= 21)).toBe(true);
    }
  });

  it('of reservations whose time is up reads those', async () => {
    await shop.rows(
      sql`insert into reservations (order_id, expires_at) select uuidv7(), now() + n * interval '1 minute' from generate_series(-20, 10000) n`,
    );
    await shop.rows(sql`analyze reservations`);
    const nodes = await plan(
      sql`select order_id from reservations where state = 'ACTIVE' and expires_at <= now() order by expires_at limit 200 for update skip locked`,
    );
    expect(indexes(nodes)).toEqual(['reservations_expiring']);
  });
});
