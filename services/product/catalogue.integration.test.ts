import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ListProductsRequest } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { newId } from '@shopverse/mesh/ids';
import { encodePageToken } from '@shopverse/mesh/paging';
import { sql } from 'kysely';
import { generateCatalogue } from './catalogue/generate.ts';
import { putInPlace } from './catalogue/put-in-place.ts';
import { ProductScene, refusalOf } from './testing/product-scene.ts';

const catalogue = generateCatalogue();
const names = new Map(catalogue.products.map(({ product }) => [product.id, product]));
const category = (slug: string) => catalogue.categories.find((one) => one.slug === slug)?.id ?? '';
const EVERYTHING: ListProductsRequest = { pageSize: 0, pageToken: '', query: '', categoryId: '', brand: '', inStock: false };

let shop: ProductScene;
beforeAll(async () => {
  shop = await ProductScene.open();
  await putInPlace(shop.database, catalogue);
});
afterAll(() => shop.close());

const list = (change: Partial<ListProductsRequest>) => shop.visitor((products) => products.listProducts({ ...EVERYTHING, ...change }));
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
    const expected = (keep: (product: (typeof catalogue.products)[number]['product']) => boolean) =>
      [...names.values()].filter(keep).map(({ id }) => id).toSorted().toReversed(); // prettier-ignore
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

  it('refuses the cursor of another query, and one that was tampered with', async () => {
    const { nextPageToken } = await list({ brand: 'Kavira' });
    expect(nextPageToken).not.toBe('');
    const query = { list: 'products', text: '', categoryId: '', brand: '', inStock: false };
    const search = { ...query, text: 'cookware' };
    const id = newId();
    const bad: Partial<ListProductsRequest>[] = [
      { pageToken: nextPageToken },
      { pageToken: nextPageToken, brand: 'Tavola' },
      { pageToken: nextPageToken, brand: 'Kavira', query: 'cookware' },
      { pageToken: 'nonsense' },
      { pageToken: encodePageToken(query, ["' or 1=1 --"]) },
      { pageToken: encodePageToken(query, [id, id]) },
      { pageToken: encodePageToken(search, ['', 'NaN', id]), query: 'cookware' },
      { pageToken: encodePageToken(search, ['', '0.1', 'x']), query: 'cookware' },
      { pageToken: encodePageToken(search, ['a,b', '0.1', id]), query: 'cookware' },
    ];
    for (const change of bad) expect(await refusalOf(list(change))).toBe('INVALID_PAGE_TOKEN');
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
    ['typos in two words', 'presure coker', /pressure cooker/],
    ['a typo beside a brand', 'kavira cokware', /Kavira .*cookware set/],
    ['a missing hyphen', 'tshirt', /T-shirt/],
    ['a brand', 'dhvani earbuds', /Dhvani .*earbuds/],
  ])('finds %s', async (_what, query, best) => {
    const results = await found(query);
    expect(results.length).toBeGreaterThan(0);
    expect(results[0]).toMatch(best);
  });

  it.each(['zzzzqqq', '!!!', "'; drop table products; --", '" & | ! ( ) :* <->', '\\', 'a:*b'])(
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
