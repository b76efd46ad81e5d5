import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { sql } from 'kysely';
import { cancelUnpaidOrders } from './jobs/cancel-unpaid-orders.ts';
import { OrderScene } from './testing/order-scene.ts';
import { refusalOf } from './testing/refusal.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.now = () => new Date();
});

const shippingAddress = { recipient: 'A', street: 'B', city: 'C', state: '', postalCode: '1', countryCode: 'IN' };
const total = toMessage({ currency: 'INR', minor: 50_000n });
async function place(userId = newId()): Promise<string> {
  const product = shop.catalogue.sell({ minor: 50_000n });
  const order = await shop.as({ userId }, (orders) =>
    orders.createOrder({ items: [{ productId: product, quantity: 1 }], shippingAddress }),
  );
  return order.id;
}
const get = (id: string) => shop.as({ role: 'ADMIN' }, (orders) => orders.getOrder({ id }));
const cancel = (id: string, caller: object, reason = '') => shop.as(caller, (orders) => orders.cancelOrder({ id, reason }));
const unwanted = (orderId: string) =>
  shop.rows<{ payment_id: string; reason: string; amount_minor: string; settled_at: string | null }>(
    sql`select payment_id, reason, amount_minor, settled_at from unwanted_payments where order_id = ${orderId}`,
  );

describe('an order and its payment', () => {
  it('is confirmed once, however often the event comes', async () => {
    const orderId = await place();
    const paymentId = newId();
    const eventId = newId();
    await Promise.all([1, 2].map(() => shop.paymentSucceeded({ orderId, paymentId, amount: total }, eventId)));
    await shop.paymentSucceeded({ orderId, paymentId, amount: total });
    expect(await get(orderId)).toMatchObject({ state: OrderState.CONFIRMED, etag: '"2"' });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed']);
    expect(await unwanted(orderId)).toEqual([]);
  });

  it('is cancelled when the payment fails', async () => {
    const orderId = await place();
    await shop.paymentFailed(orderId);
    await shop.paymentFailed(orderId);
    expect(await get(orderId)).toMatchObject({ state: OrderState.CANCELLED, cancelReason: 'The payment failed: declined' });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  it.each<[string, (orderId: string) => Promise<unknown>, bigint, string, number]>([
    ['that was cancelled in the meantime', (orderId) => cancel(orderId, { role: 'ADMIN' }), 50_000n, 'ORDER_CANCELLED', OrderState.CANCELLED],
    ['whose other payment failed', (orderId) => shop.paymentFailed(orderId), 50_000n, 'ORDER_CANCELLED', OrderState.CANCELLED],
    ['that is paid', (orderId) => shop.paymentSucceeded({ orderId, amount: total }), 50_000n, 'PAID_BEFORE', OrderState.CONFIRMED],
    ['that costs something else', async () => {}, 49_999n, 'AMOUNT_DIFFERS', OrderState.PENDING_PAYMENT],
  ])('%s does not use the money: it is owed, and an alarm is raised', async (_what, before, minor, reason, state) => {
    const orderId = await place();
    await before(orderId);
    const events = await shop.events(orderId);
    const paymentId = newId();
    await shop.paymentSucceeded({ orderId, paymentId, amount: toMessage({ currency: 'INR', minor }) });
    expect(await get(orderId)).toMatchObject({ state });
    expect(await shop.events(orderId)).toEqual(events);
    expect(await unwanted(orderId)).toEqual([{ payment_id: paymentId, reason, amount_minor: String(minor), settled_at: null }]);
    expect(shop.host.logged).toContainEqual(expect.objectContaining({ level: 50, order_id: orderId, payment_id: paymentId, reason }));
    const history = await shop.rows<{ reason: string }>(sql`select reason from order_history where order_id = ${orderId} order by id`);
    expect(history.at(-1)?.reason).toContain(paymentId);
  }); // prettier-ignore

  it('that nobody knows is owed too', async () => {
    const orderId = newId();
    await shop.paymentSucceeded({ orderId, amount: total });
    expect(await unwanted(orderId)).toMatchObject([{ reason: 'ORDER_UNKNOWN' }]);
  });

  it('keeps being one of both when a customer cancels at the moment in which the money comes', async () => {
    const userId = newId();
    const orderId = await place(userId);
    // Both have begun and wait for the order's row before either may go on.
    const waiting = () =>
      shop.rows<{ n: string }>(
        sql`select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
    let race: Promise<unknown> = Promise.resolve();
    await shop.database.transaction(async (tx) => {
      await sql`select 1 from orders where id = ${orderId} for update`.execute(tx.sql);
      const cancelled = cancel(orderId, { userId }).catch((error: unknown) => expect(error).toMatchObject({ reason: 'ORDER_STATE' }));
      race = Promise.all([cancelled, shop.paymentSucceeded({ orderId, amount: total })]);
      await eventually('both to wait', async () => (await waiting())[0]?.n === '2');
    });
    await race;
    const { state } = await get(orderId);
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', state === OrderState.CONFIRMED ? 'OrderConfirmed' : 'OrderCancelled']);
    expect(await unwanted(orderId)).toHaveLength(state === OrderState.CONFIRMED ? 0 : 1);
  });
});

describe('cancelling an order', () => {
  it('is written down with who and why', async () => {
    const userId = newId();
    const orderId = await place(userId);
    expect(await cancel(orderId, { userId }, 'Too late.')).toMatchObject({
      state: OrderState.CANCELLED,
      cancelReason: 'Too late.',
      etag: '"2"',
    });
    expect(await shop.rows(sql`select from_state, to_state, actor_kind, actor_id, reason from order_history where order_id = ${orderId} order by id`)).toEqual([
      { from_state: null, to_state: 'PENDING_PAYMENT', actor_kind: 'CUSTOMER', actor_id: userId, reason: 'placed' },
      { from_state: 'PENDING_PAYMENT', to_state: 'CANCELLED', actor_kind: 'CUSTOMER', actor_id: userId, reason: 'Too late.' },
    ]); // prettier-ignore
  });

  it('is refused when it is paid or cancelled, with the state and the move', async () => {
    const orderId = await place();
    await shop.paymentSucceeded({ orderId, amount: total });
    expect(await refusalOf(cancel(orderId, { role: 'ADMIN' }))).toMatchObject({
      reason: 'ORDER_STATE',
      metadata: { state: 'CONFIRMED', move: 'cancelUnpaid' },
    });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed']);
  });

  it('is not possible for others, who do not even learn that there is one', async () => {
    const orderId = await place();
    expect((await refusalOf(cancel(orderId, {}))).reason).toBe('ORDER_NOT_FOUND');
    expect((await refusalOf(shop.as({}, (orders) => orders.getOrder({ id: orderId })))).reason).toBe('ORDER_NOT_FOUND');
    expect((await refusalOf(cancel(newId(), { role: 'ADMIN' }))).reason).toBe('ORDER_NOT_FOUND');
    expect(await get(orderId)).toMatchObject({ state: OrderState.PENDING_PAYMENT });
  });
});

describe('orders that nobody pays', () => {
  it('are cancelled after their time, once, by however many replicas', async () => {
    const waiting = await Promise.all(Array.from({ length: 7 }, () => place()));
    const paid = await place();
    await shop.paymentSucceeded({ orderId: paid, amount: total });
    const later = new Date(Date.now() + 60_000);
    const job = (ttlMs: number) => cancelUnpaidOrders({ database: shop.database, log: shop.host.log, clock: () => later, ttlMs });
    const { signal } = new AbortController();
    await job(120_000)(signal);
    expect(await get(waiting[0] ?? '')).toMatchObject({ state: OrderState.PENDING_PAYMENT });
    await Promise.all([job(30_000)(signal), job(30_000)(signal), job(30_000)(signal)]);
    await job(30_000)(signal);
    for (const orderId of waiting) {
      expect(await get(orderId)).toMatchObject({ state: OrderState.CANCELLED, cancelReason: 'It was not paid in time.' });
      expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderCancelled']);
    }
    expect(await get(paid)).toMatchObject({ state: OrderState.CONFIRMED });
  });
});

describe("lists and the peers' questions", () => {
  it('are pages of the own orders, newest first, that hold still while orders come in', async () => {
    const userId = newId();
    const placed: string[] = [];
    for (let index = 0; index < 5; index += 1) placed.unshift(await place(userId));
    const list = (pageToken: string) => shop.as({ userId }, (orders) => orders.listMyOrders({ pageSize: 2, pageToken }));
    const seen: string[] = [];
    let token = '';
    do {
      const { orders, nextPageToken } = await list(token);
      seen.push(...orders.map(({ id }) => id));
      expect(orders.every(({ lines }) => lines.length === 1)).toBe(true);
      token = nextPageToken;
      if (seen.length === 2) await place(userId);
    } while (token !== '');
    expect(seen).toEqual(placed);
    const stolen = (await list('')).nextPageToken;
    const others = shop.as({}, (orders) => orders.listMyOrders({ pageSize: 2, pageToken: stolen }));
    expect((await refusalOf(others)).reason).toBe('INVALID_PAGE_TOKEN');
  });

  it('answer what a payment needs, and the states of those orders that exist', async () => {
    const userId = newId();
    const orderId = await place(userId);
    expect(await shop.as(undefined, (orders) => orders.getOrderForPayment({ id: orderId }), 'payment')).toEqual({
      id: orderId,
      customerId: userId,
      state: OrderState.PENDING_PAYMENT,
      total,
    });
    const none = shop.as(undefined, (orders) => orders.getOrderForPayment({ id: newId() }), 'payment');
    expect((await refusalOf(none)).reason).toBe('ORDER_NOT_FOUND');
    const states = await shop.as(undefined, (orders) => orders.batchGetOrderStates({ ids: [newId(), orderId] }), 'product');
    expect(states).toEqual({ orders: [{ id: orderId, state: OrderState.PENDING_PAYMENT }] });
  });

  it.each([
    ['orders_by_customer', sql`select id from orders where customer_id = ${newId()} and id < ${newId()} order by id desc limit 21`],
    ['orders_unpaid', sql`select id from orders where state = 'PENDING_PAYMENT' and created_at < now() order by created_at limit 50`],
    ['order_history_by_order', sql`select * from order_history where order_id = ${newId()} order by id`],
    ['unwanted_payments_owed', sql`select * from unwanted_payments where settled_at is null order by received_at limit 50`],
  ])('are served by %s', async (index, query) => {
    const plan = await shop.database.sql.connection().execute(async (connection) => {
      // On a few rows any plan is a good one: those that do not scale are forbidden, so that what is left shows what the index can do.
      for (const kind of ['seqscan', 'bitmapscan', 'sort']) await sql`set ${sql.raw(`enable_${kind}`)} = off`.execute(connection);
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(connection);
      await sql`reset all`.execute(connection);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain(index);
    expect(plan).not.toContain('Sort');
  });
});
