import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { admin, edge, newCustomer, type SignedIn } from '../customer.ts';

const MINUTE = 60_000;
const within = { timeoutMs: MINUTE };

interface Recommended {
  readonly productId: string;
  readonly name: string;
  readonly reason: {
    readonly kind: string;
    readonly productId: string;
    readonly productName: string;
    readonly categoryName: string;
    readonly text: string;
  };
}

let boss: SignedIn;
let category: { readonly id: string; readonly name: string };
/** Three lamps of a category that no other test sells of. */
let lamps: readonly { readonly id: string; readonly etag: string }[];
beforeAll(async () => {
  boss = await admin();
  const name = `Lamps ${randomUUID().slice(0, 8)}`;
  const made = await edge('/v1/categories', { method: 'POST', token: boss.token, body: { name } });
  category = { id: (made.json as { id: string }).id, name };
  lamps = await Promise.all(['Desk lamp', 'Floor lamp', 'Night lamp'].map(addProduct));
}, MINUTE);

async function addProduct(name: string): Promise<{ id: string; etag: string }> {
  const body = { name, brand: 'Kavira', categoryId: category.id, price: { currencyCode: 'INR', units: '1299' }, initialStock: '10' };
  return (await edge('/v1/products', { method: 'POST', token: boss.token, body })).json as { id: string; etag: string };
}

const similarTo = async (id: string) =>
  ((await edge(`/v1/products/${id}/similar?limit=50`)).json as { products?: readonly Recommended[] }).products ?? [];
const personal = async ({ token }: SignedIn) =>
  (await edge('/v1/users/me/recommendations?limit=50', { token })).json as {
    recommendations: readonly Recommended[];
    source: string;
  };
const sorted = (list: readonly Recommended[]) => list.map(({ productId }) => productId).toSorted();

describe('similar products', () => {
  it(
    'are of the same category at first, for anybody, and not what was deleted',
    async () => {
      const [desk, floor, night] = lamps.map(({ id }) => id) as [string, string, string];
      const similar = await eventually(
        'the new lamps to be known',
        async () => {
          const found = await similarTo(desk);
          return found.length === 2 && found[0]?.reason.categoryName === category.name ? found : undefined;
        },
        { timeoutMs: 2 * MINUTE },
      );
      expect(sorted(similar)).toEqual([floor, night].toSorted());
      expect(similar[0]?.reason).toMatchObject({
        kind: 'RECOMMENDATION_REASON_KIND_POPULAR_IN_CATEGORY',
        text: `Popular in ${category.name}`,
      });
      const extra = await addProduct('Lamp of a day');
      await eventually('the lamp to be listed', async () => (sorted(await similarTo(desk)).includes(extra.id) ? true : undefined), within);
      await edge(`/v1/products/${extra.id}`, { method: 'DELETE', token: boss.token, headers: { 'if-match': extra.etag } });
      await eventually('the lamp to be gone', async () => (sorted(await similarTo(desk)).includes(extra.id) ? undefined : true), within);
      expect((await edge(`/v1/products/${extra.id}/similar`)).status).toBe(404);
    },
    4 * MINUTE,
  );

  it('of no product are refused', async () => {
    const unknown = await edge(`/v1/products/${randomUUID()}/similar`);
    expect(unknown).toMatchObject({ status: 404, json: { details: [{ reason: 'PRODUCT_NOT_FOUND' }, {}] } });
    for (const path of ['/v1/products/lamp/similar', `/v1/products/${randomUUID()}/similar?limit=51`])
      expect([path, (await edge(path)).status]).toEqual([path, 400]);
  });
});

describe('recommendations', () => {
  it(
    'are what is popular, until the customer looks at something; then they say because of what',
    async () => {
      const asha = await newCustomer();
      const [desk] = lamps;
      const before = await personal(asha);
      expect(before.source).toBe('RECOMMENDATION_SOURCE_POPULAR');
      expect(before.recommendations[0]?.reason).toMatchObject({ kind: 'RECOMMENDATION_REASON_KIND_POPULAR', text: 'Popular now' });
      await edge(`/v1/products/${desk?.id}`, { token: asha.token });
      const because = await eventually(
        'a lamp because of a lamp',
        async () => {
          const { source, recommendations } = await personal(asha);
          const found = recommendations.find(({ productId, reason }) => reason.productId === desk?.id && productId !== desk?.id);
          return source === 'RECOMMENDATION_SOURCE_PERSONAL' ? found : undefined;
        },
        within,
      );
      expect(because.reason).toMatchObject({
        kind: 'RECOMMENDATION_REASON_KIND_VIEWED',
        productName: 'Desk lamp',
        text: 'Because you viewed Desk lamp',
      });
      const trending = await eventually(
        'the lamp to be trending',
        async () =>
          ((await edge('/v1/products:trending?limit=50')).json as { products: readonly Recommended[] }).products.find(
            ({ productId }) => productId === desk?.id,
          ),
        within,
      );
      expect(trending.reason).toMatchObject({ kind: 'RECOMMENDATION_REASON_KIND_TRENDING', text: 'Trending now' });
    },
    3 * MINUTE,
  );

  it('are for those who are signed in', async () => {
    expect((await edge('/v1/users/me/recommendations')).status).toBe(401);
    expect((await edge('/v1/users/me/recommendations', { token: boss.token })).status).toBe(403);
  });
});
