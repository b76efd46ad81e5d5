import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { sql, type RawBuilder } from 'kysely';
import type { ProductOrder } from './domain/product-order.ts';
import { pricesQuery } from './store/price-history.ts';
import { facetsQuery, type Facet } from './store/product-facets.ts';
import type { ProductFilter } from './store/product-filter.ts';
import { listedProducts } from './store/product-list.ts';
import { productsById } from './store/product-repository.ts';
import { bestMatches, orderedMatches } from './store/product-search.ts';
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
const BATCH = 1_000;
const filter: ProductFilter = { categoryId: undefined, brand: undefined, inStock: false, price: undefined };
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
        (${leaves}::uuid[])[n % 20 + 1], 'Leaf Top', 10000 + n * 7919 % 30000, 'INR',
        array[repeat('https://images.example/', 15) || n, repeat('https://images.example/', 15) || n], now(), now(), n % 4 <> 1
      from generate_series(${first}::integer, ${first + BATCH - 1}::integer) n`.execute(tx);
    }
    await sql`insert into stock (product_id, on_hand) select id, 5 from products`.execute(tx);
  });
  // On a connection without a time limit; what is all visible is counted from the index alone.
  const client = await shop.database.connect('test');
  await client.query('vacuum analyze');
  await client.end();
}, 240_000);
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

const newest: ProductOrder = { by: 'created_at', descending: true };
const cheapest: ProductOrder = { by: 'price', descending: false };
const dearest: ProductOrder = { by: 'price', descending: true };
const byName: ProductOrder = { by: 'name', descending: false };
const prices = (min: bigint, max: bigint) => ({ currency: 'INR', min, max });

describe('the plan of a list', () => {
  it.each<[string, Partial<ProductFilter> & { subtree?: boolean }, ProductOrder, string, number]>([
    ['everything', {}, newest, 'products_newest', 25],
    ['everything, oldest first', {}, { by: 'created_at', descending: false }, 'products_newest', 25],
    ['everything by price', {}, cheapest, 'products_by_price', 25],
    ['everything, dearest first', {}, dearest, 'products_by_price', 25],
    ['everything by name', {}, byName, 'products_by_name', 25],
    ['what is in stock', { inStock: true }, newest, 'products_newest', 25],
    ['a brand', { brand: 'brand 7' }, newest, 'products_by_brand', 25],
    ['a brand by price', { brand: 'brand 7' }, cheapest, 'products_by_brand_and_price', 25],
    ['a brand by name', { brand: 'brand 7' }, byName, 'products_by_brand_and_name', 25],
    ['a category with its subtree', { subtree: true }, newest, 'products_by_category', 21 * 25],
    ['a category by price', { subtree: true }, cheapest, 'products_by_category_and_price', 21 * 25],
    ['a category, dearest first', { subtree: true }, dearest, 'products_by_category_and_price', 21 * 25],
    ['a category by name', { subtree: true }, byName, 'products_by_category_and_name', 21 * 25],
    ['a brand in a category', { subtree: true, brand: 'brand 7' }, newest, 'products_by_category_and_brand', 21 * 25],
    ['a range of prices by price', { price: prices(20_000n, 30_000n) }, cheapest, 'products_by_price', 25],
    ['a range of prices in a category by price', { subtree: true, price: prices(20_000n, 30_000n) }, dearest, 'products_by_category_and_price', 21 * 25],
    ['a narrow range of prices, newest first', { price: prices(20_000n, 20_020n) }, newest, 'products_by_price', 21],
    ['a wide range of prices, newest first', { price: prices(10_000n, 35_000n) }, newest, 'products_newest', 50],
  ])('of %s reads its index in order, as far as the page goes', async (_what, { subtree, ...change }, order, index, most) => {
    const wanted = { ...filter, ...change, categoryId: subtree === true ? top : undefined };
    const nodes = await plan(listedProducts(wanted, order, undefined, 21));
    expect(indexes(nodes)).toContain(index);
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(most);
    // Once for the filter, once for the answer.
    expect(readOf(nodes, 'stock')).toBeLessThanOrEqual(2 * most);
  }); // prettier-ignore

  it.each<[string, Partial<ProductFilter> & { subtree?: boolean }, ProductOrder, string]>([
    ['everything', {}, newest, ''],
    ['everything by price', {}, cheapest, '25000'],
    ['everything by name', {}, byName, 'thing w2'],
    ['a brand, dearest first', { brand: 'brand 7' }, dearest, '25000'],
    ['a category by price', { subtree: true }, cheapest, '25000'],
    ['a category by name', { subtree: true }, byName, 'thing w2'],
  ])('of %s goes on from a cursor without reading what is before it', async (_what, { subtree, ...change }, order, key) => {
    const [middle] = await shop.rows(sql<{ id: string }>`select id from products order by id offset ${PRODUCTS / 2} limit 1`);
    const wanted = { ...filter, ...change, categoryId: subtree === true ? top : undefined };
    const nodes = await plan(listedProducts(wanted, order, { key, id: middle?.id ?? '' }, 21));
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(subtree === true ? 21 * 25 : 25);
  });

  it.each<[string, Partial<ProductFilter> & { subtree?: boolean }, ProductOrder]>([
    ['a brand in a category by price', { subtree: true, brand: 'brand 7' }, cheapest],
    ['a brand in a category by name', { subtree: true, brand: 'brand 7' }, byName],
    ['a narrow range of prices in a category', { subtree: true, price: prices(20_000n, 20_020n) }, newest],
    ['a narrow range of prices of a brand by name', { brand: 'brand 7', price: prices(20_000n, 20_020n) }, byName],
  ])('of %s reads little more than what it sorts', async (_what, { subtree, ...change }, order) => {
    const wanted = { ...filter, ...change, categoryId: subtree === true ? top : undefined };
    const nodes = await plan(listedProducts(wanted, order, undefined, 21));
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(PRODUCTS / 8);
  });

  it.each([['category'], ['brand'], ['price']] as const)('of facets by %s reads one index, and no product', async (facet) => {
    for (const categoryId of [undefined, top]) {
      const nodes = await plan(facetsQuery(undefined, { ...filter, categoryId }, new Set<Facet>([facet]), 'INR'));
      expect(indexes(nodes)).toContain('products_by_category_and_price');
      expect(nodes.filter((node) => node['Relation Name'] === 'products').map((node) => node['Node Type'])).toEqual(['Index Only Scan']);
    }
  });

  it('of the facets of a search reads only what matches', async () => {
    const nodes = await plan(facetsQuery({ words: ['cookware'] }, filter, new Set<Facet>(['category', 'brand', 'price']), 'INR'));
    expect(indexes(nodes)).toContain('products_search_vector');
    expect(readInFull(nodes)).toEqual([]);
  });

  it('of a search by price reads what matches, and sorts it', async () => {
    const nodes = await plan(orderedMatches({ words: ['cookware'] }, filter, cheapest, undefined, 21));
    expect(indexes(nodes)).toContain('products_search_vector');
    expect(readInFull(nodes)).toEqual([]);
    expect(readOf(nodes, 'products')).toBeLessThanOrEqual(PRODUCTS / 500);
  });

  it('of a search reads the words, and only what matches them', async () => {
    const nodes = await plan(bestMatches({ words: ['cookware'] }, filter, undefined, 21));
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
    const nodes = await plan(productsById(ids));
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
