import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProductFacet, type ListProductsRequest, type ProductFacets } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { newId } from '@shopverse/mesh/ids';
import { encodePageToken } from '@shopverse/mesh/paging';
import { sql } from 'kysely';
import { generateCatalogue } from './catalogue/generate.ts';
import { putInPlace } from './catalogue/put-in-place.ts';
import { messageOf, ProductScene, refusalOf } from './testing/product-scene.ts';

const catalogue = generateCatalogue();
const names = new Map(catalogue.products.map(({ product }) => [product.id, product]));
const category = (slug: string) => catalogue.categories.find((one) => one.slug === slug)?.id ?? '';

let shop: ProductScene;
beforeAll(async () => {
  shop = await ProductScene.open();
  await putInPlace(shop.database, catalogue);
});
afterAll(() => shop.close());

const list = (change: Partial<ListProductsRequest>) => shop.list(change);
type Listed = (typeof catalogue.products)[number]['product'];
const expected = (keep: (product: Listed) => boolean) => [...names.values()].filter(keep).map(({ id }) => id).toSorted().toReversed(); // prettier-ignore
const rupees = (units: bigint) => ({ currencyCode: 'INR', units, nanos: 0 });
/** All products of a list, page by page. */
async function all(change: Partial<ListProductsRequest>): Promise<string[]> {
  const ids: string[] = [];
  for (let pageToken = '', pages = 0; pages < 200; pages += 1) {
    const page = await list({ pageSize: 100, ...change, pageToken });
    ids.push(...page.products.map(({ id }) => id));
    if (page.nextPageToken === '') return ids;
    pageToken = page.nextPageToken;
  }
  throw new Error('The list has no end.');
}
const found = async (query: string) => (await list({ query, pageSize: 10 })).products.map(({ name }) => name);

describe('putting the catalogue in place', () => {
  it('adds it once, with stock, movements and events as for any product', async () => {
    const before = await shop.rows(sql`select count(*) from outbox`);
    expect(await putInPlace(shop.database, catalogue)).toBe(0);
    expect(await shop.rows(sql`select count(*) from outbox`)).toEqual(before);
    const events = await shop.rows(
      sql`select type, count(distinct aggregateid)::int as products, count(*)::int as events from outbox group by type order by type`,
    );
    expect(events).toEqual(
      ['ProductCreated', 'StockChanged'].map((name) => ({ type: `shopverse.product.v1.${name}`, products: 2_000, events: 2_000 })),
    );
    expect(await shop.disagreements()).toEqual([]);
  });

  it('adds what is missing, by several at the same time, once', async () => {
    const product = catalogue.products[7]?.product;
    await shop.rows(
      sql`with movements as (delete from stock_movements where product_id = ${product?.id}) delete from stock where product_id = ${product?.id}`,
    );
    await shop.rows(sql`delete from product_prices where product_id = ${product?.id}`);
    await shop.rows(sql`delete from products where id = ${product?.id}`);
    const created = await Promise.all([putInPlace(shop.database, catalogue), putInPlace(shop.database, catalogue)]);
    expect(created.toSorted((a, b) => a - b)).toEqual([0, 1]);
  });
});

describe('listing', () => {
  it('goes through everything, newest first, without repeats', async () => {
    const ids = await all({});
    expect(ids).toEqual([...names.keys()].toSorted().toReversed());
  });

  it('narrows by subtree, brand and stock, in any combination', async () => {
    const kitchen = new Set(['cookware-sets', 'pans-tawas', 'pressure-cookers', 'dinnerware', 'drinkware'].map(category));
    expect(await all({ categoryId: category('kitchen-dining'), pageSize: 30 })).toEqual(expected((one) => kitchen.has(one.categoryId)));
    expect(await all({ categoryId: category('yoga') })).toHaveLength(50);
    expect(await all({ brand: 'kavira' })).toEqual(expected((one) => one.brand === 'Kavira'));
    expect(await all({ inStock: true })).toEqual(expected((one) => one.initialStock > 0n));
    expect(await all({ categoryId: category('cookware'), brand: 'Kavira', inStock: true, pageSize: 7 })).toEqual(
      expected(
        (one) =>
          one.brand === 'Kavira' &&
          one.initialStock > 0n &&
          ['cookware-sets', 'pans-tawas', 'pressure-cookers'].map(category).includes(one.categoryId),
      ),
    );
    expect(await all({ categoryId: newId() })).toEqual([]);
  });

  it('narrows by a range of prices, with every other filter', async () => {
    const within = (min: bigint, max: bigint) => (one: Listed) => one.price.minor >= min && one.price.minor <= max;
    expect(await all({ minPrice: rupees(500n), maxPrice: rupees(999n) })).toEqual(expected(within(50_000n, 99_900n)));
    expect(await all({ maxPrice: rupees(999n), brand: 'Kavira' })).toEqual(
      expected((one) => one.brand === 'Kavira' && within(0n, 99_900n)(one)),
    );
    const exact = catalogue.products[3]?.product;
    const price = { currencyCode: '', units: (exact?.price.minor ?? 0n) / 100n, nanos: 0 };
    expect(await all({ categoryId: exact?.categoryId ?? '', minPrice: price, maxPrice: price })).toContain(exact?.id);
    expect(await all({ query: 'cookware', minPrice: rupees(5_000n) })).toEqual(
      (await all({ query: 'cookware' })).filter((id) => (names.get(id)?.price.minor ?? 0n) >= 500_000n),
    );
  });

  it('is in the order that is asked for, forwards and backwards, with any filter and query', async () => {
    const kavira = { brand: 'Kavira' };
    const compare = {
      price: (a: Listed, b: Listed) => Number(a.price.minor - b.price.minor) || (a.id < b.id ? -1 : 1),
      name: (a: Listed, b: Listed) => {
        const [one, other] = [a.name.toLowerCase(), b.name.toLowerCase()];
        return one === other ? (a.id < b.id ? -1 : 1) : one < other ? -1 : 1;
      },
      created_at: (a: Listed, b: Listed) => (a.id < b.id ? -1 : 1),
    };
    for (const [field, order] of Object.entries(compare)) {
      for (const filter of [{}, kavira, { categoryId: category('cookware') }, { ...kavira, categoryId: category('cookware') }, { query: 'cookware' }, { query: 'cokware', ...kavira }]) {
        const sorted = (await all(filter)).flatMap((id) => names.get(id) ?? []).toSorted(order).map(({ id }) => id); // prettier-ignore
        expect([field, filter, await all({ ...filter, orderBy: field, pageSize: 37 })]).toEqual([field, filter, sorted]);
        expect(await all({ ...filter, orderBy: `${field} desc` })).toEqual(sorted.toReversed());
      }
    }
  }, 120_000); // prettier-ignore

  it.each<[string, Partial<ListProductsRequest>, string]>([
    ['an order that there is not', { orderBy: 'stock' }, 'order_by'],
    ['two orders', { orderBy: 'price, name' }, 'order_by'],
    ['SQL for an order', { orderBy: 'price; drop table products' }, 'order_by'],
    ['prices in another currency', { minPrice: { currencyCode: 'USD', units: 1n, nanos: 0 } }, 'min_price.currency_code'],
    ['a price of less than nothing', { maxPrice: rupees(-1n) }, 'max_price'],
    ['a price beyond all', { maxPrice: rupees(9_223_372_036_854_775_807n) }, 'max_price'],
    ['a range that ends before it begins', { minPrice: rupees(2n), maxPrice: rupees(1n) }, 'max_price'],
    ['a facet that there is not', { facets: [9 as ProductFacet] }, 'facets[0]'],
    ['a facet twice', { facets: [ProductFacet.BRAND, ProductFacet.BRAND] }, 'facets'],
  ])('refuses %s, naming the field', async (_what, change, field) => {
    expect(await messageOf(list(change))).toMatch(new RegExp(`(^|[ ;])${field.replace('[0]', '')}`));
  });

  it('refuses the cursor of another query, and one that was tampered with', async () => {
    const { nextPageToken } = await list({ brand: 'Kavira' });
    const byPrice = await list({ orderBy: 'price' });
    expect(nextPageToken).not.toBe('');
    const query = {
      list: 'products',
      text: '',
      categoryId: undefined,
      brand: undefined,
      inStock: false,
      price: undefined,
      order: undefined,
    };
    const search = { ...query, text: 'cookware' };
    const ordered = (by: string) => ({ ...query, order: { by, descending: false } });
    const id = newId();
    expect((await list({ pageToken: encodePageToken(query, ['', id]) })).products).not.toEqual([]);
    const bad: Partial<ListProductsRequest>[] = [
      { pageToken: nextPageToken },
      { pageToken: nextPageToken, brand: 'Tavola' },
      { pageToken: nextPageToken, brand: 'Kavira', query: 'cookware' },
      { pageToken: nextPageToken, brand: 'Kavira', orderBy: 'price' },
      { pageToken: nextPageToken, brand: 'Kavira', minPrice: rupees(1n) },
      { pageToken: byPrice.nextPageToken, orderBy: 'price desc' },
      { pageToken: byPrice.nextPageToken },
      { pageToken: 'nonsense' },
      { pageToken: encodePageToken(query, ['', "' or 1=1 --"]) },
      { pageToken: encodePageToken(query, ['5', id]) },
      { pageToken: encodePageToken(query, [id]) },
      { pageToken: encodePageToken(ordered('price'), ['99999999999999999999', id]), orderBy: 'price' },
      { pageToken: encodePageToken(ordered('price'), ['-1', id]), orderBy: 'price' },
      { pageToken: encodePageToken(ordered('name'), ['a\0b', id]), orderBy: 'name' },
      { pageToken: encodePageToken(ordered('name'), ['a'.repeat(401), id]), orderBy: 'name' },
      { pageToken: encodePageToken(search, ['', 'NaN', id]), query: 'cookware' },
      { pageToken: encodePageToken(search, ['', '0.1', 'x']), query: 'cookware' },
      { pageToken: encodePageToken(search, ['a,b', '0.1', id]), query: 'cookware' },
    ];
    for (const change of bad) expect([change, await refusalOf(list(change))]).toEqual([change, 'INVALID_PAGE_TOKEN']);
  });

  it('has the tree, parents before their children', async () => {
    const { categories } = await shop.visitor((products) => products.listCategories({}));
    expect(categories).toHaveLength(64);
    const seen = new Set(['']);
    for (const { id, parentId } of categories) {
      expect(seen.has(parentId)).toBe(true);
      seen.add(id);
    }
  });
});

describe('searching', () => {
  it.each([
    ['a word', 'cookware', /cookware/],
    ['several words', 'kavira non-stick cookware', /Kavira .*non-stick cookware set/],
    ['another form of the word', 'cushions', /cushion/],
    ['the beginning of a word', 'cookw', /cookware/],
    ['the beginning of the last word', 'table lam', /table lamp/],
    ['a missing letter', 'cokware', /cookware/],
    ['swapped and doubled letters', 'kettelbell', /kettlebell/],
    ["two letters in each other's place", 'cushoin', /cushion/],
    ['typos in two words', 'presure coker', /pressure cooker/],
    ['a typo beside a brand', 'kavira cokware', /Kavira .*cookware set/],
    ['a missing hyphen', 'tshirt', /T-shirt/],
    ['a brand', 'dhvani earbuds', /Dhvani .*earbuds/],
  ])('finds %s', async (_what, query, best) => {
    const results = await found(query);
    expect(results.length).toBeGreaterThan(0);
    expect(results[0]).toMatch(best);
  });

  it.each(['zzzzqqq', 'İ'.repeat(200), '!!!', "'; drop table products; --", '" & | ! ( ) :* <->', '\\', 'a:*b'])(
    'takes %j for words and nothing else',
    async (query) => {
      await expect(found(query)).resolves.toBeInstanceOf(Array);
      expect(await shop.rows(sql`select 1 from products limit 1`)).toHaveLength(1);
    },
  );

  it.each(['cookware', 'cokware', 'men'])('goes through all that answers to %j without repeats, best first', async (query) => {
    const small = await all({ query, pageSize: 7 });
    expect(small).toEqual(await all({ query, pageSize: 100 }));
    expect(new Set(small).size).toBe(small.length);
    expect(small.length).toBeGreaterThan(20);
  });

  it('keeps to the filters, and to the question it began with', async () => {
    const inYoga = await all({ query: 'mat', categoryId: category('fitness-games') });
    expect(inYoga.length).toBeGreaterThan(0);
    expect(inYoga.every((id) => names.get(id)?.categoryId === category('yoga'))).toBe(true);
    const first = await list({ query: 'cokware', pageSize: 5 });
    const rest = await list({ query: 'cokware', pageSize: 100, pageToken: first.nextPageToken });
    await shop.product({ categoryId: category('yoga'), name: 'Cokware, the very word' });
    expect((await list({ query: 'cokware', pageSize: 100, pageToken: first.nextPageToken })).products).toEqual(rest.products);
    expect(await found('cokware')).toEqual(['Cokware, the very word']);
  });
});

describe('facets', () => {
  const { CATEGORY, BRAND, PRICE } = ProductFacet;
  const count = async (wanted: Partial<ListProductsRequest>): Promise<ProductFacets> => {
    const { facets } = await list({ facets: [CATEGORY, BRAND, PRICE], pageSize: 1, ...wanted });
    if (facets === undefined) throw new Error('There are no facets.');
    return facets;
  };

  it.each<[string, () => Partial<ListProductsRequest>]>([
    ['everything', () => ({})],
    ['a department', () => ({ categoryId: category('kitchen-dining') })],
    ['a shelf', () => ({ categoryId: category('yoga') })],
    ['a brand', () => ({ brand: 'kavira' })],
    ['a brand in an aisle, in stock, in a range of prices', () => ({ categoryId: category('cookware'), brand: 'Kavira', inStock: true, minPrice: rupees(1_000n), maxPrice: rupees(6_000n) })],
    ['what is in stock', () => ({ inStock: true })],
    ['a word', () => ({ query: 'steel' })],
    ['a word with a typo, of a brand', () => ({ query: 'cokware', brand: 'Tavola' })],
    ['nothing there is', () => ({ query: 'zzzzqqq' })],
    ['an unknown category', () => ({ categoryId: newId() })],
  ])('of %s count what the lists have', async (_what, wantedOf) => {
    const wanted = wantedOf();
    const facets = await count(wanted);
    const ids = await all(wanted);
    expect(facets.totalCount).toBe(BigInt(ids.length));
    for (const { categoryId, name, count } of facets.categories) {
      expect(catalogue.categories.find(({ id }) => id === categoryId)?.name).toBe(name);
      expect([name, count]).toEqual([name, BigInt((await all({ ...wanted, categoryId })).length)]);
    }
    for (const { brand, count } of facets.brands.slice(0, 6)) expect([brand, count]).toEqual([brand, BigInt((await all({ ...wanted, brand })).length)]);
    const unpriced = (await all({ ...wanted, minPrice: undefined, maxPrice: undefined })).flatMap((id) => names.get(id)?.price.minor ?? []).toSorted((a, b) => Number(a - b));
    const minor = (price: ProductFacets['minPrice']) => price && price.units * 100n + BigInt(price.nanos / 10_000_000);
    expect([minor(facets.minPrice), minor(facets.maxPrice)]).toEqual([unpriced[0], unpriced.at(-1)]);
  }, 120_000); // prettier-ignore

  it('offer what is right below the category, most first, and the brands that could be chosen instead', async () => {
    const top = await count({});
    expect(top.categories.map(({ name }) => name).toSorted()).toEqual(
      catalogue.categories.filter(({ parentId }) => parentId === undefined).map(({ name }) => name).toSorted(),
    ); // prettier-ignore
    expect(top.brands).toHaveLength(20);
    expect(top.brands.map(({ count }) => count)).toEqual(top.brands.map(({ count }) => count).toSorted((a, b) => Number(b - a)));
    const kitchen = await count({ categoryId: category('kitchen-dining'), brand: 'Kavira' });
    expect(kitchen.categories.map(({ name }) => name).toSorted()).toEqual(['Cookware', 'Dining']);
    expect(kitchen.brands.map(({ brand }) => brand)).toContain('Tavola');
    expect((await count({ categoryId: category('yoga') })).categories).toEqual([]);
  });

  it('are counted when they are asked for, and only those', async () => {
    expect((await list({})).facets).toBeUndefined();
    const { facets } = await list({ facets: [BRAND], brand: 'Kavira' });
    expect(facets).toMatchObject({ categories: [], minPrice: undefined, totalCount: BigInt((await all({ brand: 'Kavira' })).length) });
    expect(facets?.brands.length).toBeGreaterThan(1);
    const onlyPrice = await list({ facets: [PRICE], brand: 'Kavira' });
    expect(onlyPrice.facets).toMatchObject({ categories: [], brands: [], totalCount: facets?.totalCount });
  });
});
