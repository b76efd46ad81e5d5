import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClickHouseClient } from '@clickhouse/client';
import type { BatchedEvent } from '@shopverse/mesh/events/consume-batches';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import type { Call } from '@shopverse/mesh/rpc/call';
import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import fc from 'fast-check';
import { onEvents } from './consumers/on-events.ts';
import { getDashboard } from './rpc/get-dashboard.ts';
import { getTopProducts } from './rpc/get-top-products.ts';
import { Figures } from './store/figures.ts';
import { migrations } from './store/migrations/migrations.ts';
import { event, forgetAll, NOW, order } from './testing/shop-events.ts';

const YESTERDAY = new Date('2026-03-09T23:59:59.999Z');
const call = { deadline: Infinity, signal: new AbortController().signal } as unknown as Call;
const signal = new AbortController().signal;

let scene: Scene;
let client: ClickHouseClient;
let figures: Figures;
beforeAll(async () => {
  scene = await openScene(['clickhouse']);
  client = await openClickHouse(scene.host('analytics'), { url: scene.stack.addresses.clickhouse, migrations });
  figures = new Figures(client);
}, 120_000);
afterAll(() => scene.close());
beforeEach(async () => {
  await forgetAll(client);
});

const take = (events: readonly BatchedEvent[]) => onEvents({ figures })(events, signal);
const dashboard = (range: { readonly from?: Date; readonly to?: Date } = {}) =>
  getDashboard({ figures, now: () => NOW })({ from: undefined, to: undefined, ...range }, call);
const top = (request: Partial<Parameters<ReturnType<typeof getTopProducts>>[0]> = {}) =>
  getTopProducts({ figures, now: () => new Date(NOW.getTime() + 1) })({ from: undefined, to: undefined, limit: 0, ...request }, call);
const inr = (minor: bigint) => toMessage({ currency: 'INR', minor });

describe('the dashboard', () => {
  it('shows nothing of a shop where nothing happened', async () => {
    expect(await dashboard()).toEqual({
      users: 0n,
      orders: 0n,
      confirmedOrders: 0n,
      ordersToday: 0n,
      revenue: [],
      revenueToday: [],
      refunded: [],
      asOf: undefined,
    });
    expect((await top()).products).toEqual([]);
  });

  it('counts users, orders and revenue, ever and since midnight UTC, each currency by itself', async () => {
    await take([
      event('shopverse.auth.v1.UserRegistered', { userId: newId(), email: 'a@b.example', fullName: 'A', registeredAt: NOW }),
      event(
        'shopverse.auth.v1.UserRegistered',
        { userId: newId(), email: 'c@d.example', fullName: 'C', registeredAt: YESTERDAY },
        YESTERDAY,
      ),
      ...order({ minor: 129_900n, units: 1 }),
      ...order({ minor: 1n, units: 2, at: YESTERDAY }),
      ...order({ minor: 500n, units: 1, currency: 'JPY', at: YESTERDAY }),
      ...order({ minor: 999n, units: 1, paid: false }),
    ]);
    expect(await dashboard()).toEqual({
      users: 2n,
      orders: 4n,
      confirmedOrders: 3n,
      ordersToday: 2n,
      revenue: [inr(129_901n), toMessage({ currency: 'JPY', minor: 500n })],
      revenueToday: [inr(129_900n)],
      refunded: [],
      asOf: NOW,
    });
  });

  it('takes off what went back, on the day on which it did', async () => {
    await take([
      ...order({
        minor: 1_000n,
        units: 1,
        at: YESTERDAY,
        refunds: [
          { minor: 300n, at: YESTERDAY },
          { minor: 200n, at: NOW },
        ],
      }),
      ...order({ minor: 50n, units: 1 }),
      ...order({ minor: 7n, units: 1, currency: 'JPY', at: YESTERDAY, refunds: [{ minor: 7n, at: YESTERDAY }] }),
    ]);
    expect(await dashboard()).toMatchObject({
      confirmedOrders: 3n,
      revenue: [inr(550n), toMessage({ currency: 'JPY', minor: 0n })],
      revenueToday: [inr(-150n)],
      refunded: [inr(500n), toMessage({ currency: 'JPY', minor: 7n })],
    });
  });

  it('is of a time when one is said, and of today nevertheless', async () => {
    const refunds = [{ minor: 300n, at: NOW }];
    const joined = (registeredAt: Date) =>
      event('shopverse.auth.v1.UserRegistered', { userId: newId(), email: '', fullName: '', registeredAt }, registeredAt);
    await take([
      joined(YESTERDAY),
      joined(NOW),
      ...order({ minor: 1_000n, units: 1, at: YESTERDAY, refunds }),
      ...order({ minor: 50n, units: 1 }),
    ]);
    const today = { ordersToday: 1n, revenueToday: [inr(-250n)] };
    expect(await dashboard({ to: NOW })).toMatchObject({
      ...today,
      users: 1n,
      orders: 1n,
      confirmedOrders: 1n,
      revenue: [inr(1_000n)],
      refunded: [],
    });
    expect(await dashboard({ from: NOW })).toMatchObject({ ...today, users: 1n, orders: 1n, revenue: [inr(-250n)], refunded: [inr(300n)] });
    const nothing = { ...today, users: 0n, orders: 0n, confirmedOrders: 0n, revenue: [], refunded: [] };
    expect(await dashboard({ from: NOW, to: NOW })).toMatchObject(nothing);
    expect(await dashboard({ from: new Date('9999-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') })).toMatchObject(nothing);
    await expect(dashboard({ from: NOW, to: YESTERDAY })).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });

  it('is the same when every event comes ten times, alone, in batches, and in the wrong order', async () => {
    const events = [...order({ minor: 129_900n, units: 2 }), ...order({ minor: 9_007_199_254_740_993n, units: 1 })];
    await take(events);
    const once = [await dashboard(), await top()];
    for (let again = 0; again < 4; again += 1) await take(events);
    await take([...events, ...events]);
    await take(events.toReversed());
    for (const one of events) await take([one]);
    await take([...events.slice(3), ...events.slice(0, 3)]);
    expect([await dashboard(), await top()]).toEqual(once);
    expect(once[0]).toMatchObject({ orders: 2n, confirmedOrders: 2n, revenue: [inr(9_007_199_254_870_893n)] });
    const raw = await client.query({ query: 'SELECT count() AS n, uniqExact(event_id) AS ids FROM events FINAL', format: 'JSONEachRow' });
    expect((await raw.json<{ n: string; ids: string }>()).map(({ n, ids }) => [Number(n), Number(ids)])).toEqual([[8, 8]]);
    await client.command({ query: 'OPTIMIZE TABLE orders FINAL' });
    expect(await dashboard()).toEqual(once[0]);
  });

  it('equals the sums of what happened, however the events are repeated, mixed up and cut into batches', async () => {
    const sale = fc.record({
      minor: fc.bigInt(1n, 10_000_000n),
      units: fc.integer({ min: 1, max: 9 }),
      paid: fc.boolean(),
      at: fc.constantFrom(NOW, YESTERDAY),
      refunds: fc.array(fc.record({ minor: fc.bigInt(1n, 1_000n), at: fc.constant(NOW) }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(sale, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (sales, random) => {
          const next = () => random.next().value as number;
          await forgetAll(client);
          const events = sales.flatMap((one) => order(one));
          const delivered = [...events, ...events.filter(() => next() < 0.5)]
            .map((one) => ({ one, key: next() }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one);
          while (delivered.length > 0) await take(delivered.splice(0, 1 + Math.floor(next() * 6)));
          const paid = sales.filter((one) => one.paid);
          const back = paid.flatMap(({ refunds }) => refunds.map(({ minor }) => ({ minor: -minor })));
          const sum = (some: readonly { readonly minor: bigint }[]) =>
            some.length === 0 ? [] : [inr(some.reduce((total, { minor }) => total + minor, 0n))];
          expect(await dashboard()).toMatchObject({
            orders: BigInt(sales.length),
            confirmedOrders: BigInt(paid.length),
            ordersToday: BigInt(sales.filter(({ at }) => at === NOW).length),
            revenue: sum([...paid, ...back]),
            revenueToday: sum([...paid.filter(({ at }) => at === NOW), ...back]),
          });
          const products = (await top({ limit: 100 })).products;
          expect(products.reduce((total, { units }) => total + units, 0n)).toBe(
            BigInt(paid.reduce((total, { units }) => total + units, 0)),
          );
        },
      ),
      { numRuns: 4 },
    );
  }, 120_000);
});

describe('the top products', () => {
  it('come by revenue of confirmed orders within the time, with the name of the latest sale', async () => {
    const [kettle, cup] = [newId(), newId()];
    await take([
      ...order({ minor: 100n, units: 1, productId: kettle, name: 'Old kettle', at: YESTERDAY }),
      ...order({ minor: 150n, units: 2, productId: kettle, name: 'Kettle' }),
      ...order({ minor: 200n, units: 9, productId: cup, name: `Cup "'\\` }),
      ...order({ minor: 900n, units: 9, productId: cup, paid: false }),
    ]);
    expect((await top()).products).toEqual([
      { productId: kettle, name: 'Kettle', units: 3n, revenue: inr(250n) },
      { productId: cup, name: `Cup "'\\`, units: 9n, revenue: inr(200n) },
    ]);
    expect((await top({ limit: 1 })).products).toHaveLength(1);
    expect((await top({ from: NOW })).products.map(({ productId }) => productId)).toEqual([cup, kettle]);
    expect((await top({ to: NOW })).products).toEqual([{ productId: kettle, name: 'Old kettle', units: 1n, revenue: inr(100n) }]);
  });

  it('of a time that ends before it begins are refused', async () => {
    await expect(top({ from: NOW, to: YESTERDAY })).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });
});
