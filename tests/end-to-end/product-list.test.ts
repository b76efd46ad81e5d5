import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { admin, edge, type EdgeAnswer, type SignedIn } from '../customer.ts';

const MINUTE = 60_000;
interface ListJson {
  readonly products: readonly { readonly name: string }[];
  readonly nextPageToken: string;
  readonly facets?: {
    readonly totalCount: string;
    readonly categories: readonly { readonly name: string; readonly count: string }[];
    readonly brands: readonly { readonly brand: string; readonly count: string }[];
    readonly minPrice: { readonly units: string };
    readonly maxPrice: { readonly units: string };
  };
}

/** Five lamps of two brands on two shelves: [name, brand, shelf, rupees]. */
const LAMPS = [
  ['Desk lamp', 'Dipa', 0, 900],
  ['arc lamp', 'Dipa', 0, 2_500],
  ['Clip lamp', 'Dipa', 1, 400],
  ['Beam lamp', 'Roshni', 0, 1_200],
  ['Egg lamp', 'Roshni', 1, 700],
] as const;
let boss: SignedIn;
let top: string;

beforeAll(async () => {
  boss = await admin();
  const category = async (name: string, parentId = '') =>
    ((await send('/v1/categories', { name: `${name} ${randomUUID().slice(0, 8)}`, parentId })).json as { id: string }).id;
  top = await category('Lamps');
  const shelves = [await category('Inside', top), await category('Outside', top)];
  for (const [name, brand, shelf, rupees] of LAMPS) {
    const product = { name, brand, categoryId: shelves[shelf], price: { currencyCode: 'INR', units: String(rupees) }, initialStock: '5' };
    const added = await send('/v1/products', product);
    if (added.status !== 200) throw new Error(`A lamp was not added: ${added.text}`);
  }
}, MINUTE);

const send = (path: string, body: unknown) => edge(path, { method: 'POST', token: boss.token, body });
const ask = (query: Readonly<Record<string, string>> = {}, more = '') =>
  edge(`/v1/products?${String(new URLSearchParams({ categoryId: top, ...query }))}${more}`);
const list = async (...query: Parameters<typeof ask>) => (await ask(...query)).json as ListJson;
const namesOf = ({ products }: ListJson) => products.map(({ name }) => name);
const refusal = ({ status, json }: EdgeAnswer) => {
  const { details = [] } = json as { details?: { reason?: string; fieldViolations?: { field: string; description: string }[] }[] };
  return { status, reason: details[0]?.reason, violations: details.flatMap(({ fieldViolations = [] }) => fieldViolations) };
};

describe('a list of products through the edge', () => {
  it.each([
    [{ orderBy: 'price' }, ['Clip lamp', 'Egg lamp', 'Desk lamp', 'Beam lamp', 'arc lamp']],
    [{ orderBy: 'price desc', brand: 'roshni' }, ['Beam lamp', 'Egg lamp']],
    [{ orderBy: 'name' }, ['arc lamp', 'Beam lamp', 'Clip lamp', 'Desk lamp', 'Egg lamp']],
    [{ orderBy: 'created_at' }, LAMPS.map(([name]) => name)],
    [{ 'minPrice.currencyCode': 'INR', 'minPrice.units': '700', 'maxPrice.units': '1200', orderBy: 'price' }, ['Egg lamp', 'Desk lamp', 'Beam lamp']],
    [{ 'max_price.units': '699' }, ['Clip lamp']],
    [{ query: 'lampp', orderBy: 'name desc', brand: 'Dipa' }, ['Desk lamp', 'Clip lamp', 'arc lamp']],
  ])('%j is as asked', async (query, names) => {
    expect(namesOf(await list(query))).toEqual(names);
  }); // prettier-ignore

  it('goes on from page to page in its order', async () => {
    const names: string[] = [];
    for (let pageToken = '', pages = 0; pages < 3; pages += 1) {
      const page = await list({ orderBy: 'price desc', pageSize: '2', pageToken });
      names.push(...namesOf(page));
      pageToken = page.nextPageToken;
      expect(pageToken === '').toBe(pages === 2);
    }
    expect(names).toEqual(['arc lamp', 'Beam lamp', 'Desk lamp', 'Egg lamp', 'Clip lamp']);
  });

  it('has facets on request, which count what choosing them would list', async () => {
    const wanted = '&facets=PRODUCT_FACET_CATEGORY&facets=PRODUCT_FACET_BRAND&facets=PRODUCT_FACET_PRICE';
    expect((await list()).facets ?? null).toBeNull();
    const { facets } = await list({ brand: 'Dipa', 'maxPrice.units': '1000' }, wanted);
    expect(facets).toMatchObject({ totalCount: '2', minPrice: { units: '400' }, maxPrice: { units: '2500' } });
    expect(facets?.categories.map(({ name, count }) => [name.split(' ')[0], count]).toSorted()).toEqual([
      ['Inside', '1'],
      ['Outside', '1'],
    ]);
    expect(facets?.brands).toEqual([
      { brand: 'Dipa', count: '2' },
      { brand: 'Roshni', count: '1' },
    ]);
    for (const { brand, count } of facets?.brands ?? [])
      expect(namesOf(await list({ brand, 'maxPrice.units': '1000' }))).toHaveLength(Number(count));
  });

  it('refuses a cursor with another question, and one that is made up', async () => {
    const { nextPageToken } = await list({ orderBy: 'price', pageSize: '2' });
    for (const query of [{ orderBy: 'price desc' }, { orderBy: 'price', brand: 'Dipa' }, {}])
      expect(refusal(await ask({ ...query, pageToken: nextPageToken }))).toMatchObject({ status: 400, reason: 'INVALID_PAGE_TOKEN' });
    expect(refusal(await ask({ pageToken: 'made-up' }))).toMatchObject({ status: 400, reason: 'INVALID_PAGE_TOKEN' });
  });

  it.each([
    [{ orderBy: 'stock' }, 'order_by', /price, price desc, name, name desc, created_at, created_at desc/],
    [{ 'minPrice.currencyCode': 'USD', 'minPrice.units': '1' }, 'min_price.currency_code', /INR/],
    [{ 'minPrice.units': '2', 'maxPrice.units': '1' }, 'max_price', /min_price/],
  ])('refuses %j and says what is right', async (query, field, why) => {
    const { status, reason, violations } = refusal(await ask(query));
    expect([status, reason, violations]).toEqual([400, 'INVALID_REQUEST', [expect.objectContaining({ field })]]);
    expect(violations[0]?.description).toMatch(why);
  });
});
