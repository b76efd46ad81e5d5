import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import type { CreateOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { OrderScene } from './testing/order-scene.ts';
import { refusalOf } from './testing/refusal.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.catalogue.calls.length = 0;
  shop.catalogue.onReserved = async () => {};
});

const address = {
  recipient: 'Asha Rao',
  street: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
  countryCode: 'IN',
};
const items = (...products: readonly [string, number][]): CreateOrderRequest => ({
  items: products.map(([productId, quantity]) => ({ productId, quantity })),
  shippingAddress: address,
  fromCart: false,
});
const place = (request: CreateOrderRequest, { userId = newId(), key = newId() } = {}) =>
  shop.as({ userId }, (orders) => orders.createOrder(request, { idempotencyKey: key }));
const count = async (table: 'orders' | 'order_lines' | 'outbox' | 'order_history') => {
  const [row] = await shop.rows(sql<{ n: string }>`select count(*) as n from ${sql.table(table)}`);
  return Number(row?.n);
};

describe('placing an order', () => {
  it("takes the catalogue's prices, sets stock aside, and keeps order, lines, history and event together", async () => {
    const [a, b] = [shop.catalogue.sell({ minor: 64950n }), shop.catalogue.sell({ minor: 1n })];
    const userId = newId();
    const order = await place(items([a, 2], [b, 3]), { userId });
    expect(order).toMatchObject({
      customerId: userId,
      state: OrderState.PENDING_PAYMENT,
      total: { currencyCode: 'INR', units: 1299n, nanos: 30_000_000 },
      shippingAddress: address,
      cancelReason: '',
      etag: '"1"',
      lines: [
        { productId: a, quantity: 2, name: 'A thing', unitPrice: { units: 649n, nanos: 500_000_000 }, total: { units: 1299n, nanos: 0 } },
        { productId: b, quantity: 3, total: { units: 0n, nanos: 30_000_000 } },
      ],
    });
    expect(shop.catalogue.reservations.get(order.id)?.items).toEqual([
      { productId: a, quantity: 2 },
      { productId: b, quantity: 3 },
    ]);
    expect(shop.catalogue.calls).toEqual(['batchGetProducts', 'reserveStock']);
    expect(await shop.events(order.id)).toEqual(['OrderPlaced']);
    expect(await shop.rows(sql`select to_state, actor_kind, actor_id from order_history where order_id = ${order.id}`)).toEqual([
      { to_state: 'PENDING_PAYMENT', actor_kind: 'CUSTOMER', actor_id: userId },
    ]);
    expect(await shop.as({ userId }, (orders) => orders.getOrder({ id: order.id }))).toEqual(order);
  });

  it('answers a retry with the same key with the same order, whatever the catalogue says by now', async () => {
    const product = shop.catalogue.sell();
    const who = { userId: newId(), key: newId() };
    const first = await place(items([product, 1]), who);
    shop.catalogue.reprice(product, 1n);
    expect(await place(items([product, 1]), who)).toEqual(first);
    expect(shop.catalogue.calls).toHaveLength(2);
    expect(await shop.events(first.id)).toEqual(['OrderPlaced']);
    expect((await refusalOf(place(items([product, 2]), who))).reason).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await place(items([product, 1]), { ...who, userId: newId() })).id).not.toBe(first.id);
  });

  it('makes one order of two requests that come at once with one key', async () => {
    const product = shop.catalogue.sell({ stock: 1 });
    const who = { userId: newId(), key: newId() };
    const before = await count('orders');
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => place(items([product, 1]), who)));
    const ids = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : [])));
    expect(ids.size).toBe(1);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ reason: 'CONCURRENT_CHANGE' });
    expect(await count('orders')).toBe(before + 1);
    expect((await place(items([product, 1]), who)).id).toBe([...ids][0]);
  });

  it('takes a try that broke off after the reservation up with the same order id', async () => {
    const product = shop.catalogue.sell({ stock: 1 });
    const who = { userId: newId(), key: newId() };
    const reserved: string[] = [];
    shop.catalogue.onReserved = async ({ orderId }) => {
      reserved.push(orderId);
      if (reserved.length === 1) await sql`alter table order_lines rename to order_lines_away`.execute(shop.database.sql);
    };
    const error = await refusalOf(place(items([product, 1]), who));
    await sql`alter table order_lines_away rename to order_lines`.execute(shop.database.sql);
    expect(error.reason).toBe('INTERNAL');
    const order = await place(items([product, 1]), who);
    expect(reserved).toEqual([order.id, order.id]);
    expect(await shop.events(order.id)).toEqual(['OrderPlaced']);
  });

  it('keeps the order and the answer for its key, or neither', async () => {
    const who = { userId: newId(), key: newId() };
    const request = items([shop.catalogue.sell({ stock: 1 }), 1]);
    await sql`
      create function refuse_answer() returns trigger language plpgsql as $$ begin raise exception 'no answer can be kept'; end $$`.execute(
      shop.database.sql,
    );
    await sql`
      create trigger refuse_answer before update on idempotency_keys for each row when (new.response is not null)
      execute function refuse_answer()`.execute(shop.database.sql);
    const before = await count('orders');
    const { reason } = await refusalOf(place(request, who));
    await sql`drop function refuse_answer cascade`.execute(shop.database.sql);
    expect([reason, await count('orders')]).toEqual(['INTERNAL', before]);
    const order = await place(request, who);
    expect(await place(request, who)).toEqual(order);
    expect(await count('orders')).toBe(before + 1);
  });

  it.each<[string, () => CreateOrderRequest, object]>([
    ['a product twice', () => twice(shop.catalogue.sell()), { reason: 'INVALID_REQUEST', fields: ['items[1].product_id'] }],
    ['an unknown product', () => items([newId(), 1]), { reason: 'PRODUCT_NOT_FOUND' }],
    ['a product that is not sold', () => items([shop.catalogue.sell({ active: false }), 1]), { reason: 'PRODUCT_NOT_FOUND' }],
    ['two currencies', () => items([shop.catalogue.sell(), 1], [shop.catalogue.sell({ currency: 'USD' }), 1]), { reason: 'MIXED_CURRENCIES' }],
    ['more than there is', () => items([shop.catalogue.sell({ stock: 2 }), 3]), { reason: 'OUT_OF_STOCK', metadata: expect.objectContaining({ available: '2' }) }],
    ['nothing', () => items(), { reason: 'INVALID_REQUEST', fields: ['items'] }],
    ['none of it', () => items([shop.catalogue.sell(), 0]), { reason: 'INVALID_REQUEST', fields: ['items[0].quantity'] }],
    ['far too much', () => items([shop.catalogue.sell(), 1_000_000_000]), { reason: 'INVALID_REQUEST', fields: ['items[0].quantity'] }],
    ['something to a name that no text can be', () => ({ ...items([shop.catalogue.sell(), 1]), shippingAddress: { ...address, recipient: 'A\0' } }), { reason: 'INVALID_REQUEST', fields: ['shipping_address.recipient'] }],
    ['something to nowhere', () => ({ ...items([shop.catalogue.sell(), 1]), shippingAddress: undefined }), { reason: 'INVALID_REQUEST', fields: ['shipping_address'] }],
  ])('of %s is refused and leaves nothing', async (_what, request, refused) => {
    const left = () => Promise.all([count('orders'), count('order_lines'), count('outbox'), count('order_history')]);
    const before = await left();
    const reservations = shop.catalogue.reservations.size;
    expect(await refusalOf(place(request()))).toMatchObject(refused);
    expect(shop.catalogue.reservations.size).toBe(reservations);
    expect(await left()).toEqual(before);
  }); // prettier-ignore

  it('that was refused can be placed with the same key when there is stock again', async () => {
    const product = shop.catalogue.sell({ stock: 0 });
    const who = { userId: newId(), key: newId() };
    expect((await refusalOf(place(items([product, 1]), who))).reason).toBe('OUT_OF_STOCK');
    shop.catalogue.restock(product, 1);
    expect(await place(items([product, 1]), who)).toMatchObject({ state: OrderState.PENDING_PAYMENT });
  });

  it('sells no more than there is to many who want it at once', async () => {
    const product = shop.catalogue.sell({ stock: 5 });
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => place(items([product, 1]))));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ reason: 'OUT_OF_STOCK' });
  });
});

function twice(product: string): CreateOrderRequest {
  return items([product, 1], [product, 2]);
}
