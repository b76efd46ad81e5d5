import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { eventually } from '@shopverse/local/demo/eventually';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { OrderChange, WatchOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ADDRESS, admin, edge, newCustomer, pay, placeOrder, someProduct, theStack, type EdgeAnswer, type SignedIn } from '../customer.ts';
import { shopverseJson } from '../shop.ts';
import { watchOverGrpcWeb } from '../watch-over-grpc-web.ts';
import { watchOverRest } from '../watch-over-rest.ts';

const MINUTE = 60_000;

interface OrderJson {
  readonly id: string;
  readonly state: string;
  readonly etag: string;
  readonly payments?: readonly { readonly state: string; readonly refunded: { readonly units: string } }[];
  readonly shipment?: { readonly carrier: string; readonly deliveredAt?: string };
}

let asha: SignedIn;
let ravi: SignedIn;
let boss: SignedIn;
let product: Awaited<ReturnType<typeof someProduct>>;
beforeAll(async () => {
  [asha, ravi, boss, product] = await Promise.all([newCustomer(), newCustomer(), admin(), someProduct(50)]);
}, MINUTE);

const post = ({ token }: SignedIn, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  edge(path, { method: 'POST', token, body, headers });
const get = ({ token }: SignedIn, path: string) => edge(path, { token });
const orderOf = async (who: SignedIn, id: string) => (await get(who, `/v1/orders/${id}`)).json as OrderJson;
async function place(who: SignedIn): Promise<string> {
  return ((await placeOrder(who, product.id, 1)).json as OrderJson).id;
}
const inState = (who: SignedIn, id: string, state: string) =>
  eventually(`${state} of the order`, async () => ((await orderOf(who, id)).state === `ORDER_STATE_${state}` ? true : undefined), {
    timeoutMs: MINUTE,
  });
async function placePaid(who: SignedIn): Promise<string> {
  const id = await place(who);
  await pay(who, id);
  await inState(who, id, 'CONFIRMED');
  return id;
}
const ship = { ship: { carrier: 'India Post', trackingNumber: 'EE123456789IN' } };
const available = async () => BigInt(((await edge(`/v1/products/${product.id}`)).json as { available: string }).available);
const reasonOf = ({ json }: EdgeAnswer) =>
  (json as { details: { reason?: string }[] }).details.find(({ reason }) => reason !== undefined)?.reason;

describe('an order', () => {
  it(
    'is shipped and delivered by an admin, and its customer is told and sees it',
    async () => {
      const id = await placePaid(asha);
      const { etag } = await orderOf(asha, id);
      const key = { 'idempotency-key': randomUUID() };
      const shipped = await post(boss, `/v1/orders/${id}:updateStatus`, { ...ship, etag }, key);
      expect(shipped.json).toMatchObject({ state: 'ORDER_STATE_SHIPPED', shipment: { carrier: 'India Post', trackingNumber: 'EE123456789IN' } });
      expect((await post(boss, `/v1/orders/${id}:updateStatus`, { ...ship, etag }, key)).json).toEqual(shipped.json);
      expect(reasonOf(await post(boss, `/v1/orders/${id}:updateStatus`, { deliver: {}, etag }))).toBe('CONCURRENT_CHANGE');
      expect(reasonOf(await post(asha, `/v1/orders/${id}:cancel`, {}))).toBe('ORDER_STATE');
      expect((await post(boss, `/v1/orders/${id}:updateStatus`, { deliver: {} })).json).toMatchObject({ state: 'ORDER_STATE_DELIVERED' });
      expect(await orderOf(asha, id)).toMatchObject({ shipment: { deliveredAt: expect.any(String) }, payments: [{ state: 'PAYMENT_STATE_SUCCEEDED' }] });
      const history = (await get(asha, `/v1/orders/${id}/history`)).json as { entries: { toState: string; actorId: string }[] };
      expect(history.entries.map(({ toState }) => toState.replace('ORDER_STATE_', ''))).toEqual(['PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED', 'DELIVERED']);
      expect(history.entries.at(-1)).toMatchObject({ actorKind: 'ORDER_ACTOR_KIND_ADMIN', actorId: '' });
      await eventually('the notifications', async () => {
        const { json } = await get(asha, '/v1/users/me/notifications?pageSize=100');
        const kinds = (json as { notifications: { kind: string; subjectId: string }[] }).notifications.filter(({ subjectId }) => subjectId === id).map(({ kind }) => kind); // prettier-ignore
        return kinds.includes('NOTIFICATION_KIND_ORDER_SHIPPED') && kinds.includes('NOTIFICATION_KIND_ORDER_DELIVERED') ? true : undefined;
      }, { timeoutMs: MINUTE });
    },
    3 * MINUTE,
  ); // prettier-ignore

  it(
    'that is paid is cancelled by its customer: the goods are back on the shelf',
    async () => {
      const before = await available();
      const id = await placePaid(asha);
      await eventually('the goods to leave', async () => ((await available()) < before ? true : undefined), { timeoutMs: MINUTE });
      const { json } = await post(asha, `/v1/orders/${id}:cancel`, { reason: 'Changed my mind.' });
      expect(json).toMatchObject({ state: 'ORDER_STATE_CANCELLED', cancelReason: 'Changed my mind.' });
      await eventually('the goods to be back', async () => ((await available()) >= before ? true : undefined), { timeoutMs: MINUTE });
    },
    3 * MINUTE,
  );

  it('is found by state, customer and time, by admins', async () => {
    const id = await place(ravi);
    const from = new Date(Date.now() - 5 * MINUTE).toISOString();
    const query = `customerId=${ravi.userId}&states=ORDER_STATE_PENDING_PAYMENT&placedFrom=${encodeURIComponent(from)}`;
    expect((await get(boss, `/v1/orders?${query}`)).json).toMatchObject({ orders: [{ id }], nextPageToken: '' });
    expect((await get(boss, `/v1/orders?customerId=${ravi.userId}&states=ORDER_STATE_SHIPPED`)).json).toMatchObject({ orders: [] });
    expect((await get(ravi, '/v1/users/me/orders?states=ORDER_STATE_PENDING_PAYMENT')).json).toMatchObject({ orders: [{ id }] });
  });

  it("of somebody else does not exist, and the admin's doors are closed to customers", async () => {
    const id = await place(asha);
    const nobody = randomUUID();
    const refused: readonly (readonly [Promise<EdgeAnswer>, number, string])[] = [
      [get(ravi, `/v1/orders/${id}`), 404, 'ORDER_NOT_FOUND'],
      [get(ravi, `/v1/orders/${id}/history`), 404, 'ORDER_NOT_FOUND'],
      [get(ravi, `/v1/orders/${id}:watch`), 404, 'ORDER_NOT_FOUND'],
      [post(ravi, `/v1/orders/${id}:cancel`, {}), 404, 'ORDER_NOT_FOUND'],
      [get(boss, `/v1/orders/${nobody}`), 404, 'ORDER_NOT_FOUND'],
      [post(boss, `/v1/orders/${nobody}:updateStatus`, ship), 404, 'ORDER_NOT_FOUND'],
      [get(ravi, '/v1/orders'), 403, 'ROLE_NOT_ALLOWED'],
      [post(asha, `/v1/orders/${id}:updateStatus`, ship), 403, 'ROLE_NOT_ALLOWED'],
      [edge(`/v1/orders/${id}:watch`), 401, 'UNAUTHENTICATED'],
      [post(boss, `/v1/orders/${id}:updateStatus`, ship), 400, 'ORDER_STATE'],
      [post(boss, `/v1/orders/${id}:updateStatus`, {}), 400, 'INVALID_REQUEST'],
      [post(boss, `/v1/orders/${id}:updateStatus`, { ship: { carrier: '', trackingNumber: '' } }), 400, 'INVALID_REQUEST'],
      [post(asha, `/v1/orders/${id}:cancel`, { reason: 'x'.repeat(501) }), 400, 'INVALID_REQUEST'],
      [post(asha, `/v1/orders/${id}:cancel`, { reason: 'a\u0000b' }), 400, 'INVALID_REQUEST'],
      [get(asha, `/v1/orders/${id}:watch?after=x`), 400, 'INVALID_REQUEST'],
      [get(boss, '/v1/orders?states=ORDER_STATE_UNSPECIFIED'), 400, 'INVALID_REQUEST'],
      [get(asha, '/v1/users/me/orders?pageToken=x'), 400, 'INVALID_PAGE_TOKEN'],
    ];
    for (const [answer, status, reason] of refused) {
      const { status: actual, json } = await answer;
      const body = (Array.isArray(json) ? json[0] : json) as EdgeAnswer['json'];
      expect([actual, reasonOf({ json: body } as EdgeAnswer)]).toEqual([status, reason]);
    }
    expect(await orderOf(asha, id)).toMatchObject({ state: 'ORDER_STATE_PENDING_PAYMENT' });
  });
});

describe('a cart', () => {
  const item = (quantity: number, productId = product.id) => ({ productId, quantity });

  it('is kept, merged, changed, and ordered', async () => {
    await post(ravi, '/v1/cart/items', item(2));
    const { json, status } = await post(ravi, '/v1/cart/items', item(1));
    expect([status, json]).toEqual([200, expect.objectContaining({ items: [expect.objectContaining({ ...item(3), issues: [], unitPrice: product.price })], orderable: true })]);
    const changed = await edge(`/v1/cart/items/${product.id}`, { method: 'PATCH', token: ravi.token, body: { quantity: 2 } });
    expect(changed.json).toMatchObject({ items: [item(2)] });
    const order = await post(ravi, '/v1/orders', { fromCart: true, shippingAddress: ADDRESS }, { 'idempotency-key': randomUUID() });
    expect(order.json).toMatchObject({ state: 'ORDER_STATE_PENDING_PAYMENT', lines: [item(2)] });
    expect((await get(ravi, '/v1/cart')).json).toMatchObject({ items: [], orderable: false });
    expect(reasonOf(await post(ravi, '/v1/orders', { fromCart: true, shippingAddress: ADDRESS }))).toBe('CART_EMPTY');
  }); // prettier-ignore

  it('loses what is taken out, and all of it when it is cleared', async () => {
    await post(asha, '/v1/cart/items', item(1));
    expect((await edge(`/v1/cart/items/${product.id}`, { method: 'DELETE', token: asha.token })).json).toMatchObject({ items: [] });
    await post(asha, '/v1/cart/items', item(1));
    expect((await edge('/v1/cart/items', { method: 'DELETE', token: asha.token })).json).toMatchObject({ items: [] });
  });

  it.each<[string, number, string, () => Promise<EdgeAnswer>]>([
    ['no token', 401, 'UNAUTHENTICATED', () => edge('/v1/cart')],
    ['an admin', 403, 'ROLE_NOT_ALLOWED', () => get(boss, '/v1/cart')],
    ['an unknown product', 404, 'PRODUCT_NOT_FOUND', () => post(asha, '/v1/cart/items', item(1, randomUUID()))],
    ['a quantity of 0', 400, 'INVALID_REQUEST', () => post(asha, '/v1/cart/items', item(0))],
    ['a product that is not in it', 404, 'CART_ITEM_NOT_FOUND', () => edge(`/v1/cart/items/${randomUUID()}`, { method: 'PATCH', token: asha.token, body: { quantity: 1 } })],
    ['items beside it', 400, 'INVALID_REQUEST', () => post(asha, '/v1/orders', { items: [item(1)], fromCart: true, shippingAddress: ADDRESS })],
  ])('refuses %s: %i %s', async (_what, status, reason, ask) => {
    const answer = await ask();
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  }); // prettier-ignore
});

describe('watching an order', () => {
  it('over gRPC ends by itself after the last change', async () => {
    const id = await place(asha);
    const { addresses } = await theStack();
    const client = new Client(new URL(addresses.edge).host, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${asha.token}`);
    const stream = client.makeServerStreamRequest(
      '/shopverse.order.v1.OrderService/WatchOrder',
      (request: WatchOrderRequest) => Buffer.from(WatchOrderRequest.encode(request).finish()),
      (bytes) => OrderChange.decode(bytes),
      { id, after: '' },
      metadata,
    );
    const states: (OrderState | undefined)[] = [];
    for await (const { entry } of stream as AsyncIterable<OrderChange>) {
      states.push(entry?.toState);
      if (states.length === 1) await post(asha, `/v1/orders/${id}:cancel`, {});
    }
    client.close();
    expect(states).toEqual([OrderState.PENDING_PAYMENT, OrderState.CANCELLED]);
  });

  it('over gRPC-Web tells a page of each change, and of the end in trailers', async () => {
    const id = await place(asha);
    const states: (OrderState | undefined)[] = [];
    const { trailers } = await watchOverGrpcWeb(asha, id, async ({ entry }) => {
      states.push(entry?.toState);
      if (states.length === 1) await post(asha, `/v1/orders/${id}:cancel`, {});
    });
    expect(states).toEqual([OrderState.PENDING_PAYMENT, OrderState.CANCELLED]);
    expect(trailers).toMatch(/^grpc-status: *0\r$/im);
  });

  it(
    'over REST tells each change in a line of its own, and goes on after the server was killed',
    async () => {
      const id = await place(asha);
      const first = await watchOverRest(asha, id);
      await eventually('the first line', async () => first.seen.length > 0 || undefined, { timeoutMs: MINUTE });
      const order = (await shopverseJson<{ parts: PartReport[] }>(['status'])).parts.find(({ name }) => name === 'order');
      process.kill(order?.pid ?? 0, 'SIGKILL');
      await first.ended;
      await pay(asha, id).catch(() => eventually('the payment', () => pay(asha, id).then(() => true, () => undefined), { timeoutMs: 3 * MINUTE })); // prettier-ignore
      const second = await eventually('another stream', () => watchOverRest(asha, id, first.seen.at(-1)?.entry.position).catch(() => undefined), { timeoutMs: 3 * MINUTE }); // prettier-ignore
      await eventually('the confirmation', async () => second.seen.length > 0 || undefined, { timeoutMs: 3 * MINUTE });
      await post(boss, `/v1/orders/${id}:updateStatus`, ship);
      await post(boss, `/v1/orders/${id}:updateStatus`, { deliver: {} });
      await second.ended;
      const states = [...first.seen, ...second.seen].map(({ entry }) => entry.toState.replace('ORDER_STATE_', ''));
      expect(states).toEqual(['PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED', 'DELIVERED']);
      expect(second.seen.at(-1)?.order).toMatchObject({ id, state: 'ORDER_STATE_DELIVERED' });
    },
    8 * MINUTE,
  );
});
