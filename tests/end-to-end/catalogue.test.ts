import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { admin, edge, newCustomer, placeOrder, type EdgeAnswer, type SignedIn } from '../customer.ts';

const MINUTE = 60_000;
interface ProductJson {
  readonly id: string;
  readonly etag: string;
  readonly name: string;
  readonly available: string;
}

let boss: SignedIn;
let categoryId: string;
beforeAll(async () => {
  boss = await admin();
  const { json } = await send('POST', '/v1/categories', { name: `Lamps ${randomUUID().slice(0, 8)}` });
  categoryId = (json as { id: string }).id;
}, MINUTE);

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  edge(path, { method, token: boss.token, headers, ...(body === undefined ? {} : { body }) });
const reasonOf = ({ json }: EdgeAnswer) => (json as { details?: { reason?: string }[] }).details?.[0]?.reason;
const create = async (stock = 10) =>
  (await send('POST', '/v1/products', { name: 'Desk lamp', brand: 'Kavira', categoryId, price: { currencyCode: 'INR', units: '1299' }, initialStock: String(stock) })).json as ProductJson; // prettier-ignore

describe('a product', () => {
  it('is changed by one of two admins who saw the same, keeps its prices, and is gone when it is deleted', async () => {
    const product = await create();
    const read = await edge(`/v1/products/${product.id}`);
    const tag = read.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"1\.[0-9a-f]{16}"$/);
    const change = { price: { currencyCode: 'INR', units: '999' } };
    const changed = await send('PATCH', `/v1/products/${product.id}?updateMask=price`, { ...change, etag: product.etag });
    expect([changed.status, changed.json]).toEqual([
      200,
      expect.objectContaining({ price: { currencyCode: 'INR', units: '999', nanos: 0 } }),
    ]);
    const stale = await send('PATCH', `/v1/products/${product.id}`, { name: 'Late', etag: product.etag });
    expect([stale.status, reasonOf(stale)]).toEqual([409, 'CONCURRENT_CHANGE']);
    const { prices } = (await send('GET', `/v1/products/${product.id}/prices`)).json as { prices: { price: { units: string } }[] };
    expect(prices.map(({ price }) => price.units)).toEqual(['999', '1299']);
    const gone = await send('DELETE', `/v1/products/${product.id}`, undefined, { 'if-match': (changed.json as ProductJson).etag });
    expect(gone.status).toBe(200);
    expect((await edge(`/v1/products/${product.id}`)).status).toBe(404);
  });

  it('is not sent again to who has it, until anything about it changes, its stock included', async () => {
    const product = await create();
    const first = await edge(`/v1/products/${product.id}`);
    const tag = first.headers.get('etag') ?? '';
    const again = () => edge(`/v1/products/${product.id}`, { headers: { 'if-none-match': tag } });
    const known = await again();
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', tag]);
    const buyer = await newCustomer();
    expect((await placeOrder(buyer, product.id, 1)).status).toBe(200);
    const now = await again();
    expect([now.status, (now.json as ProductJson).available]).toEqual([200, '9']);
  });

  it('has a threshold of its own for there being few, which an admin changes', async () => {
    const { id, etag } = await create();
    const changed = await send(
      'PATCH',
      `/v1/products/${id}?updateMask=low_stock_threshold`,
      { lowStockThreshold: '2' },
      { 'if-match': etag },
    );
    expect([changed.status, changed.json]).toEqual([200, expect.objectContaining({ lowStockThreshold: '2' })]);
    const refused = await send('PATCH', `/v1/products/${id}`, { lowStockThreshold: '-1' });
    expect([refused.status, reasonOf(refused)]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('is changed by admins alone', async () => {
    const { token } = await newCustomer();
    const product = await create();
    for (const [method, path] of [
      ['PATCH', `/v1/products/${product.id}`],
      ['DELETE', `/v1/products/${product.id}`],
      ['GET', `/v1/products/${product.id}/prices`],
      ['GET', `/v1/products/${product.id}/stockMovements`],
    ] as const)
      // prettier-ignore
      expect([method, path, (await edge(path, { method, token, ...(method === 'PATCH' ? { body: {} } : {}) })).status]).toEqual([method, path, 403]);
  });
});

describe('stock', () => {
  it('is adjusted once for a key, never below what is reserved, with a movement for each change; admins hear when there is little', async () => {
    const product = await create(8);
    const buyer = await newCustomer();
    await placeOrder(buyer, product.id, 2);
    const adjust = (change: string, key: string = randomUUID()) =>
      send('POST', `/v1/products/${product.id}:adjustStock`, { change, kind: 'STOCK_MOVEMENT_KIND_ADJUSTED', reason: 'stocktaking' }, { 'idempotency-key': key });
    const key = randomUUID();
    for (let times = 0; times < 2; times += 1) expect((await adjust('-1', key)).json).toMatchObject({ onHand: '7', reserved: '2', available: '5' });
    const short = await adjust('-6');
    expect([short.status, reasonOf(short)]).toEqual([400, 'OUT_OF_STOCK']);
    const { movements } = (await send('GET', `/v1/products/${product.id}/stockMovements`)).json as { movements: { kind: string; actorId: string }[] };
    expect(movements.map(({ kind }) => kind.replace('STOCK_MOVEMENT_KIND_', ''))).toEqual(['ADJUSTED', 'RESERVED', 'RECEIVED']);
    expect(movements[0]?.actorId).toBe(boss.userId);
    const notice = await eventually(
      'the notice of low stock',
      async () => {
        const { json } = await send('GET', '/v1/users/me/notifications?pageSize=100');
        const { notifications } = json as { notifications: { kind: string; subjectId: string }[] };
        return notifications.find(({ kind, subjectId }) => kind === 'NOTIFICATION_KIND_STOCK_LOW' && subjectId === product.id);
      },
      { timeoutMs: MINUTE, intervalMs: 500 },
    );
    expect(notice).toBeDefined();
  }, 2 * MINUTE); // prettier-ignore
});

describe('categories', () => {
  it('are a tree that admins change', async () => {
    const add = async (name: string, parentId = '') =>
      (await send('POST', '/v1/categories', { name: `${name} ${randomUUID().slice(0, 8)}`, parentId })).json as {
        id: string;
        etag: string;
        name: string;
      };
    const [top, below] = [await add('Light'), await add('Garden')];
    const moved = await send('PATCH', `/v1/categories/${below.id}?updateMask=parent_id`, { parentId: top.id }, { 'if-match': below.etag });
    expect([moved.status, moved.json]).toEqual([200, expect.objectContaining({ parentId: top.id })]);
    const cycle = await send('PATCH', `/v1/categories/${top.id}?updateMask=parent_id`, { parentId: below.id });
    expect([cycle.status, reasonOf(cycle)]).toEqual([400, 'CATEGORY_CYCLE']);
    const full = await send('DELETE', `/v1/categories/${top.id}`);
    expect([full.status, reasonOf(full)]).toEqual([400, 'CATEGORY_NOT_EMPTY']);
    for (const { id } of [below, top]) expect((await send('DELETE', `/v1/categories/${id}`)).status).toBe(200);
    const { categories } = (await edge('/v1/categories')).json as { categories: { id: string }[] };
    expect(categories.map(({ id }) => id)).not.toContain(top.id);
    const { token } = await newCustomer();
    expect((await edge('/v1/categories', { method: 'POST', token, body: { name: 'Mine' } })).status).toBe(403);
  });
});
