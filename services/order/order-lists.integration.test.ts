import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderActorKind, OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { ListMyOrdersRequest, ListOrdersRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { newId } from '@shopverse/mesh/ids';
import { sql, type RawBuilder } from 'kysely';
import { listQuery, type OrderQuery } from './store/order-list.ts';
import { OrderScene } from './testing/order-scene.ts';
import { refusalOf } from './testing/refusal.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.clock.now = () => new Date();
});

const mine = (userId: string, request: Partial<ListMyOrdersRequest> = {}) =>
  shop.as({ userId }, (orders) => orders.listMyOrders({ ...ListMyOrdersRequest.fromPartial({}), ...request }));
const all = (request: Partial<ListOrdersRequest> = {}) =>
  shop.as({ role: 'ADMIN' }, (orders) => orders.listOrders({ ...ListOrdersRequest.fromPartial({}), ...request }));
const ids = ({ orders }: { orders: readonly { id: string }[] }) => orders.map(({ id }) => id);

describe('lists of orders', () => {
  it('are pages of the own orders, newest first, that hold still while orders come in', async () => {
    const userId = newId();
    const placed: string[] = [];
    for (let index = 0; index < 5; index += 1) placed.unshift(await shop.place(userId));
    const seen: string[] = [];
    let pageToken = '';
    do {
      const { orders, nextPageToken } = await mine(userId, { pageSize: 2, pageToken });
      seen.push(...orders.map(({ id }) => id));
      expect(orders.every(({ lines }) => lines.length === 1)).toBe(true);
      pageToken = nextPageToken;
      if (seen.length === 2) await shop.place(userId);
    } while (pageToken !== '');
    expect(seen).toEqual(placed);
  });

  it('page through orders of one moment without a gap or a repeat', async () => {
    const userId = newId();
    const moment = new Date();
    shop.clock.now = () => moment;
    const placed = await Promise.all(Array.from({ length: 5 }, () => shop.place(userId)));
    const seen: string[] = [];
    for (let pageToken: string | undefined = ''; pageToken !== undefined;) {
      const answer: Awaited<ReturnType<typeof all>> = await all({ customerId: userId, pageSize: 2, pageToken });
      seen.push(...ids(answer));
      pageToken = answer.nextPageToken || undefined;
    }
    expect(seen).toEqual(placed.toSorted().toReversed());
  });

  it('take a page token for their own query only, and none that was made up', async () => {
    const userId = newId();
    for (let index = 0; index < 2; index += 1) await shop.place(userId);
    const { nextPageToken: pageToken } = await mine(userId, { pageSize: 1 });
    const forged = Buffer.from(JSON.stringify(['x', '1; drop table orders', 'y'])).toString('base64url');
    for (const refused of [mine(newId(), { pageToken }), mine(userId, { pageToken, states: [OrderState.CONFIRMED] }), all({ pageToken }), mine(userId, { pageToken: forged })])
      expect((await refusalOf(refused)).reason).toBe('INVALID_PAGE_TOKEN');
  }); // prettier-ignore

  it('are narrowed by state, customer and time', async () => {
    const userId = newId();
    const day = 24 * 60 * 60_000;
    const base = Date.now() - 10 * day;
    const at = (days: number) => new Date(base + days * day);
    const placed: string[] = [];
    for (const days of [0, 1, 2, 3]) {
      shop.clock.now = () => at(days);
      placed.push(await shop.place(userId));
    }
    const [first = '', second = '', third = '', fourth = ''] = placed;
    await shop.paymentSucceeded({ orderId: second });
    await shop.as({ role: 'ADMIN' }, (orders) => orders.cancelOrder({ id: third, reason: '', etag: '' }));
    expect(ids(await mine(userId))).toEqual([fourth, third, second, first]);
    expect(ids(await mine(userId, { states: [OrderState.CONFIRMED, OrderState.CANCELLED] }))).toEqual([third, second]);
    expect(ids(await mine(userId, { placedFrom: at(1), placedBefore: at(3) }))).toEqual([third, second]);
    expect(ids(await all({ customerId: userId, states: [OrderState.PENDING_PAYMENT] }))).toEqual([fourth, first]);
    const range = { placedFrom: at(0), placedBefore: at(4) };
    expect(ids(await all(range))).toEqual([fourth, third, second, first]);
    const paged = await all({ ...range, states: [OrderState.CONFIRMED, OrderState.PENDING_PAYMENT], pageSize: 2 });
    expect(ids(paged)).toEqual([fourth, second]);
    const rest = { states: [OrderState.PENDING_PAYMENT, OrderState.CONFIRMED], pageSize: 2, pageToken: paged.nextPageToken };
    expect(ids(await all({ ...range, ...rest }))).toEqual([first]);
    expect(ids(await mine(newId()))).toEqual([]);
  });

  it('of everybody are for admins, and states that there are none of are refused', async () => {
    expect((await refusalOf(shop.as({}, (orders) => orders.listOrders(ListOrdersRequest.fromPartial({}))))).reason).toBe(
      'ROLE_NOT_ALLOWED',
    );
    expect((await refusalOf(all({ states: [OrderState.UNSPECIFIED] }))).fields).toEqual(['states[0]']);
    expect((await refusalOf(all({ states: [99 as OrderState] }))).fields).toEqual(['states[0]']);
  });
});

describe("an order's history", () => {
  it('says who, when and why, in pages, and does not tell a customer which admin it was', async () => {
    const [userId, adminId] = [newId(), newId()];
    const id = await shop.place(userId);
    await shop.paymentSucceeded({ orderId: id });
    await shop.as({ role: 'ADMIN', userId: adminId }, (orders) => orders.cancelOrder({ id, reason: 'Lost.', etag: '' }));
    const list = (caller: object, pageToken = '') => shop.as(caller, (orders) => orders.listOrderHistory({ id, pageSize: 2, pageToken }));
    const first = await list({ userId });
    expect(first.entries).toMatchObject([
      { fromState: OrderState.UNSPECIFIED, toState: OrderState.PENDING_PAYMENT, actorKind: OrderActorKind.CUSTOMER, actorId: userId, at: expect.any(Date) },
      { fromState: OrderState.PENDING_PAYMENT, toState: OrderState.CONFIRMED, actorKind: OrderActorKind.SYSTEM, actorId: 'payment' },
    ]);
    const { entries, nextPageToken } = await list({ userId }, first.nextPageToken);
    expect(entries).toMatchObject([{ toState: OrderState.CANCELLED, actorKind: OrderActorKind.ADMIN, actorId: '', reason: 'Lost.' }]);
    expect(nextPageToken).toBe('');
    expect((await list({ role: 'ADMIN' }, first.nextPageToken)).entries).toMatchObject([{ actorId: adminId }]);
    expect((await refusalOf(list({}))).reason).toBe('ORDER_NOT_FOUND');
  }); // prettier-ignore
});

describe('the queries', () => {
  const query = (change: Partial<OrderQuery>): RawBuilder<unknown> =>
    listQuery({
      customerId: undefined,
      states: [],
      placedFrom: undefined,
      placedBefore: undefined,
      after: undefined,
      limit: 21,
      ...change,
    });
  const after = { createdMs: Date.now(), id: newId() };

  it.each<[string, RawBuilder<unknown>]>([
    ['orders_by_customer', query({ customerId: newId(), after })],
    ['orders_by_customer', query({ customerId: newId(), states: ['CONFIRMED'], placedFrom: new Date() })],
    ['orders_by_state', query({ after, placedBefore: new Date() })],
    ['orders_by_state', query({ states: ['CONFIRMED', 'SHIPPED'], after })],
    ['orders_by_state', sql`select id from orders where state = 'PENDING_PAYMENT' and created_at < now() order by created_at limit 50`],
    ['order_history_by_order', sql`select * from order_history where order_id = ${newId()} and position > 0 order by position`],
    ['unwanted_payments_owed', sql`select * from unwanted_payments where settled_at is null order by received_at limit 50`],
  ])('are served by %s: %#', async (index, statement) => {
    const plan = await shop.database.sql.connection().execute(async (connection) => {
      // On a few rows any plan is a good one: those that do not scale are forbidden, so that what is left shows what the index can do.
      for (const kind of ['seqscan', 'bitmapscan']) await sql`set ${sql.raw(`enable_${kind}`)} = off`.execute(connection);
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${statement}`.execute(connection);
      await sql`reset all`.execute(connection);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain(index);
    expect(plan).not.toContain('Seq Scan on');
    // Pages of several states are merged by one sort; below it nothing is sorted.
    expect(plan.match(/Sort\b/g)?.length ?? 0).toBeLessThanOrEqual(plan.includes('wanted') ? 2 : 0);
  });
});
