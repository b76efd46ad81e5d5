import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClickHouseClient } from '@clickhouse/client';
import { Granularity, type RevenueTotal } from '@shopverse/contracts/shopverse/analytics/v1/analytics';
import type { BatchedEvent } from '@shopverse/mesh/events/consume-batches';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import type { Call } from '@shopverse/mesh/rpc/call';
import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import { onEvents } from './consumers/on-events.ts';
import { getCustomers } from './rpc/get-customers.ts';
import { getEventCounts } from './rpc/get-event-counts.ts';
import { getFunnel } from './rpc/get-funnel.ts';
import { getOrderStatistics } from './rpc/get-order-statistics.ts';
import { getPaymentMethods } from './rpc/get-payment-methods.ts';
import { getRevenue } from './rpc/get-revenue.ts';
import { Figures } from './store/figures.ts';
import { migrations } from './store/migrations/migrations.ts';
import { readCustomers } from './store/reads/customers.ts';
import { readEventCounts } from './store/reads/event-counts.ts';
import { readFunnel } from './store/reads/funnel.ts';
import { readOrderStatistics } from './store/reads/order-statistics.ts';
import { readPaymentMethods } from './store/reads/payment-methods.ts';
import { readRevenue } from './store/reads/revenue.ts';
import { event, forgetAll, NOW, order } from './testing/shop-events.ts';

const call = { deadline: Infinity, signal: new AbortController().signal } as unknown as Call;
const now = () => NOW;
const at = (text: string) => new Date(text);
const money = (currency: string) => (minor: bigint) => toMessage({ currency, minor });
const inr = money('INR');

let scene: Scene;
let client: ClickHouseClient;
beforeAll(async () => {
  scene = await openScene(['clickhouse']);
  client = await openClickHouse(scene.host('analytics'), { url: scene.stack.addresses.clickhouse, migrations });
}, 120_000);
afterAll(() => scene.close());
beforeEach(() => forgetAll(client));

/** Everything comes three times, once in the wrong order: what follows holds of things that happened, not of deliveries. */
async function take(events: readonly BatchedEvent[]): Promise<void> {
  const handle = onEvents({ figures: new Figures(client) });
  await handle(events, call.signal);
  await handle(events.toReversed(), call.signal);
  for (let start = 0; start < events.length; start += 3) await handle(events.slice(start, start + 3), call.signal);
}

interface Wanted {
  readonly from?: Date;
  readonly to?: Date;
}
const range = ({ from, to }: Wanted) => ({ from, to });
const revenue = ({ granularity = Granularity.DAY, timeZone = '', ...wanted }: Wanted & { granularity?: Granularity; timeZone?: string }) =>
  getRevenue({ revenue: readRevenue(client), now })({ ...range(wanted), granularity, timeZone }, call);
const orderStatistics = (wanted: Wanted = {}) =>
  getOrderStatistics({ orderStatistics: readOrderStatistics(client), now })(range(wanted), call);
const funnel = async (wanted: Wanted = {}) => (await getFunnel({ funnel: readFunnel(client), now })(range(wanted), call)).steps;
const methods = async (wanted: Wanted = {}) =>
  (await getPaymentMethods({ paymentMethods: readPaymentMethods(client), now })(range(wanted), call)).methods;
const counts = async (wanted: Wanted = {}) =>
  (await getEventCounts({ eventCounts: readEventCounts(client), now })(range(wanted), call)).counts;
const customers = (wanted: Wanted = {}) => getCustomers({ customers: readCustomers(client), now })(range(wanted), call);

const total = (captured: bigint, refunded: bigint, orders: bigint, of = inr): RevenueTotal => ({
  captured: of(captured),
  refunded: of(refunded),
  net: of(captured - refunded),
  orders,
});

describe('revenue', () => {
  it('comes by day of a time zone, with what went back on the day on which it did, and days of nothing as zeros', async () => {
    await take([
      ...order({ minor: 1_000n, units: 1, at: at('2026-03-01T18:29:59.999Z'), refunds: [{ minor: 300n, at: at('2026-03-03T18:30:00Z') }] }),
      ...order({ minor: 9_007_199_254_740_993n, units: 1, at: at('2026-03-01T18:30:00Z') }),
      ...order({ minor: 1n, units: 1, at: at('2026-03-02T18:29:59.999Z') }),
      ...order({ minor: 77n, units: 1, at: at('2026-03-02T00:00:00Z'), paid: false }),
      ...order({ minor: 500n, units: 1, currency: 'JPY', at: at('2026-03-01T18:30:00Z') }),
      ...order({ minor: 8n, units: 1, at: at('2026-03-04T18:30:00Z') }),
    ]);
    const answer = await revenue({ from: at('2026-03-01T00:00:00Z'), to: at('2026-03-04T18:30:00Z'), timeZone: 'Asia/Kolkata' });
    const jpy = money('JPY');
    expect(answer.timeZone).toBe('Asia/Kolkata');
    expect(answer.buckets.map(({ start, totals }) => [start?.toISOString(), totals])).toEqual([
      ['2026-02-28T18:30:00.000Z', [total(1_000n, 0n, 1n), total(0n, 0n, 0n, jpy)]],
      ['2026-03-01T18:30:00.000Z', [total(9_007_199_254_740_994n, 0n, 2n), total(500n, 0n, 1n, jpy)]],
      ['2026-03-02T18:30:00.000Z', [total(0n, 0n, 0n), total(0n, 0n, 0n, jpy)]],
      ['2026-03-03T18:30:00.000Z', [total(0n, 300n, 0n), total(0n, 0n, 0n, jpy)]],
    ]);
    expect(answer.buckets[0]?.end).toEqual(answer.buckets[1]?.start);
  });

  it('comes by week and by month, counting only what lies in the time', async () => {
    const times = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z', '2026-02-28T00:00:00Z'];
    await take(times.flatMap((time, index) => order({ minor: BigInt(10 ** index), units: 1, at: at(time) })));
    const captured = async (granularity: Granularity) => {
      const { buckets } = await revenue({ from: at(times[0] ?? ''), to: at('2026-02-28T00:00:00Z'), granularity });
      return buckets.map(({ start, totals }) => [start?.toISOString().slice(0, 10), totals[0]?.captured]);
    };
    expect(await captured(Granularity.MONTH)).toEqual([['2026-01-01', inr(1n)], ['2026-02-01', inr(110n)]]);
    expect((await captured(Granularity.WEEK)).map(([start]) => start)).toEqual(['2026-01-26', '2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23']);
    expect((await revenue({ from: at(times[0] ?? ''), to: at('2026-02-28T00:00:00Z'), granularity: Granularity.WEEK })).buckets.map(({ totals }) => totals[0]?.orders)).toEqual([2n, 1n, 0n, 0n, 0n]);
  }); // prettier-ignore

  it('of the last 30 days is the answer when nothing is asked for, and of a shop without sales it has no currency', async () => {
    const { buckets, timeZone } = await revenue({ granularity: Granularity.UNSPECIFIED });
    expect([timeZone, buckets.length, buckets.every(({ totals }) => totals.length === 0)]).toEqual(['UTC', 31, true]);
    expect((await revenue({ from: NOW, to: NOW })).buckets).toEqual([]);
  });

  it('of four hundred days of the most distant zone is one answer', async () => {
    await take(order({ minor: 5n, units: 1 }));
    const { buckets } = await revenue({ from: at('2025-02-04T10:00:00Z'), to: at('2026-03-11T10:00:00Z'), timeZone: 'Pacific/Kiritimati' });
    expect([buckets.length, buckets.filter(({ totals }) => totals[0]?.orders === 1n).length]).toEqual([400, 1]);
  });

  it.each([
    ['to', { from: NOW, to: at('2026-03-01T00:00:00Z') }],
    ['to', { from: at('2025-01-01T00:00:00Z') }],
    ['to', { from: at('0001-01-01T00:00:00Z') }],
    ['time_zone', { timeZone: 'Europe/Nowhere' }],
  ])('is refused naming %s for %j', async (field, wanted) => {
    await expect(revenue(wanted)).rejects.toMatchObject({ reason: 'INVALID_REQUEST', options: { violations: [{ field }] } });
  });
});

describe('order statistics', () => {
  it('say where orders stand, and what those that were paid were worth', async () => {
    const [shipped, delivered, refunded] = [newId(), newId(), newId()];
    const about = (orderId: string, minor: bigint) => ({ orderId, customerId: newId(), lines: [], total: inr(minor) });
    await take([
      event('shopverse.order.v1.OrderPlaced', { ...about(newId(), 9n), placedAt: NOW }),
      ...order({ minor: 100n, units: 1, at: at('2026-03-10T11:00:00Z') }),
      ...order({ minor: 50n, units: 1, at: at('2026-03-10T11:00:00Z'), paid: false }),
      ...order({ minor: 101n, units: 1, at: at('2026-03-10T11:00:00Z'), orderId: shipped }),
      event('shopverse.order.v1.OrderShipped', { ...about(shipped, 101n), carrier: '', trackingNumber: '', shippedAt: NOW }),
      ...order({ minor: 102n, units: 1, at: at('2026-03-10T11:00:00Z'), orderId: delivered }),
      event('shopverse.order.v1.OrderShipped', { ...about(delivered, 102n), carrier: '', trackingNumber: '', shippedAt: NOW }),
      event('shopverse.order.v1.OrderDelivered', { ...about(delivered, 102n), deliveredAt: NOW }),
      ...order({ minor: 103n, units: 1, at: at('2026-03-10T11:00:00Z'), orderId: refunded }),
      event('shopverse.order.v1.OrderCancelled', { ...about(refunded, 103n), reason: '', cancelledAt: NOW, paymentId: 'p' }),
      event('shopverse.order.v1.OrderRefunded', { ...about(refunded, 103n), paymentId: 'p', refundedAt: NOW }),
      ...order({ minor: 7n, units: 1, currency: 'JPY', at: at('2026-03-10T11:00:00Z') }),
    ]);
    const jpy = money('JPY');
    expect(await orderStatistics({ to: at('2026-03-10T12:00:00.001Z') })).toEqual({
      orders: 7n,
      states: [[1, 1n], [2, 2n], [3, 1n], [4, 1n], [5, 1n], [6, 1n]].map(([state, orders]) => ({ state, orders })),
      values: [
        { orders: 4n, total: inr(406n), average: inr(102n) },
        { orders: 1n, total: jpy(7n), average: jpy(7n) },
      ],
    }); // prettier-ignore
    expect((await orderStatistics({ from: NOW, to: at('2026-03-11T00:00:00Z') })).orders).toBe(1n);
    expect(await orderStatistics({ to: at('2020-01-01T00:00:00Z') })).toMatchObject({ orders: 0n, values: [], states: { length: 6 } });
  });
});

describe('the funnel', () => {
  const viewed = (userId: string, time = NOW) =>
    event('shopverse.product.v1.ProductViewed', { userId, productId: 'p', categoryId: '', viewedAt: time }, time);
  const added = (userId: string) => event('shopverse.order.v1.CartItemAdded', { userId, productId: 'p', quantity: 1, addedAt: NOW });

  it('counts people, however often they do something, and those who came all the way', async () => {
    const [buyer, looker, doubter, straight] = [newId(), newId(), newId(), newId()];
    const broke = newId();
    await take([
      ...[buyer, buyer, looker, doubter, broke].map((who) => viewed(who)),
      ...[buyer, doubter, broke].map(added),
      ...order({ minor: 1n, units: 1, customerId: buyer }),
      ...order({ minor: 1n, units: 1, customerId: buyer }),
      ...order({ minor: 1n, units: 1, customerId: straight }),
      ...order({ minor: 1n, units: 1, customerId: broke, paid: false }),
      viewed(newId(), at('2026-01-01T00:00:00Z')),
      viewed(''),
    ]);
    expect(await funnel({ to: at('2026-03-11T00:00:00Z') })).toEqual([
      { step: 1, people: 4n, peopleThrough: 4n, conversionRate: 1 },
      { step: 2, people: 3n, peopleThrough: 3n, conversionRate: 0.75 },
      { step: 3, people: 3n, peopleThrough: 2n, conversionRate: 2 / 3 },
      { step: 4, people: 2n, peopleThrough: 1n, conversionRate: 0.5 },
    ]);
  });

  it('has rates of zero where nobody came', async () => {
    await take([added(newId())]);
    expect(await funnel({ to: at('2026-03-11T00:00:00Z') })).toEqual(
      [0n, 1n, 0n, 0n].map((people, index) => ({ step: index + 1, people, peopleThrough: 0n, conversionRate: 0 })),
    );
  });
});

describe('payment methods', () => {
  it('say how tries went by provider and method, and what was captured', async () => {
    const paymentId = newId();
    const late = { paymentId, orderId: newId(), customerId: newId(), amount: inr(40n), provider: 'stripe' };
    await take([
      ...order({ minor: 10n, units: 1 }),
      ...order({ minor: 20n, units: 1 }),
      ...order({ minor: 5n, units: 1, currency: 'JPY' }),
      ...order({ minor: 30n, units: 1, paid: false }),
      ...order({ minor: 30n, units: 1, provider: 'stripe', method: 'card', paid: false }),
      // Failed by one method, and then paid by another: a success of the other.
      event('shopverse.payment.v1.PaymentCreated', { ...late, createdAt: NOW }),
      event('shopverse.payment.v1.PaymentFailed', { ...late, reason: '', method: 'zcard', failedAt: NOW }),
      event('shopverse.payment.v1.PaymentSucceeded', { ...late, method: 'link', succeededAt: NOW }),
      event('shopverse.payment.v1.PaymentCreated', { ...late, paymentId: newId(), createdAt: NOW }),
      ...order({ minor: 99n, units: 1, at: at('2026-01-01T00:00:00Z') }),
    ]);
    const open = { provider: 'stripe', attempts: 1n, successes: 0n, failures: 0n, successRate: 0, captured: [] };
    expect(await methods({ to: at('2026-03-11T00:00:00Z') })).toEqual([
      { provider: 'razorpay', method: 'upi', attempts: 4n, successes: 3n, failures: 1n, successRate: 0.75, captured: [inr(30n), money('JPY')(5n)] },
      { ...open, method: '' },
      { ...open, method: 'card', failures: 1n },
      { ...open, method: 'link', successes: 1n, successRate: 1, captured: [inr(40n)] },
    ]); // prettier-ignore
    expect(await methods({ from: NOW, to: NOW })).toEqual([]);
  });
});

describe('event counts', () => {
  it('count each event once, those of no other figure too, and name every type', async () => {
    const raw = event('shopverse.user.v1.UserDeleted', { userId: newId(), deletedAt: NOW });
    await take([
      raw,
      { ...raw, id: newId(), type: 'shopverse.order.v1.SomethingNew' },
      ...order({ minor: 1n, units: 1 }),
      ...order({ minor: 1n, units: 1 }),
      ...order({ minor: 1n, units: 1, at: at('2026-01-01T00:00:00Z') }),
    ]);
    const all = await counts({ to: at('2026-03-11T00:00:00Z') });
    expect(all.filter(({ events }) => events > 0n)).toEqual([
      { service: 'order', topic: 'shopverse.order.v1', eventType: 'shopverse.order.v1.OrderConfirmed', events: 2n },
      { service: 'order', topic: 'shopverse.order.v1', eventType: 'shopverse.order.v1.OrderPlaced', events: 2n },
      { service: 'payment', topic: 'shopverse.payment.v1', eventType: 'shopverse.payment.v1.PaymentCreated', events: 2n },
      { service: 'payment', topic: 'shopverse.payment.v1', eventType: 'shopverse.payment.v1.PaymentSucceeded', events: 2n },
      { service: 'user', topic: 'shopverse.user.v1', eventType: 'shopverse.user.v1.UserDeleted', events: 1n },
    ]);
    expect(all).toContainEqual({
      service: 'order',
      topic: 'shopverse.interaction.v1',
      eventType: 'shopverse.order.v1.CartItemAdded',
      events: 0n,
    });
    await client.command({ query: 'OPTIMIZE TABLE occurrences FINAL' });
    expect(await counts({ to: at('2026-03-11T00:00:00Z') })).toEqual(all);
  });
});

describe('customers', () => {
  it('are new with their first paid order, and repeat with their second', async () => {
    const [old, fresh, double, unpaid] = [newId(), newId(), newId(), newId()];
    const buys = (customerId: string, time: string, paid = true) => order({ minor: 1n, units: 1, customerId, at: at(time), paid });
    await take([
      ...buys(old, '2026-01-01T00:00:00Z'),
      ...buys(old, '2026-03-01T00:00:00Z'),
      ...buys(fresh, '2026-03-01T00:00:00Z'),
      ...buys(fresh, '2026-03-20T00:00:00Z'),
      ...buys(double, '2026-03-01T00:00:00Z'),
      ...buys(double, '2026-03-09T00:00:00Z'),
      ...buys(unpaid, '2026-03-01T00:00:00Z', false),
    ]);
    expect(await customers()).toEqual({ customers: 3n, newCustomers: 2n, returningCustomers: 1n, repeatRate: 2 / 3 });
    expect(await customers({ to: at('2026-01-20T00:00:00Z') })).toMatchObject({ customers: 1n, newCustomers: 1n, repeatRate: 0 });
    expect(await customers({ to: at('2025-02-01T00:00:00Z') })).toEqual({
      customers: 0n,
      newCustomers: 0n,
      returningCustomers: 0n,
      repeatRate: 0,
    });
  });
});

describe('every figure', () => {
  it.each([
    ['order statistics', orderStatistics],
    ['the funnel', funnel],
    ['payment methods', methods],
    ['event counts', counts],
    ['customers', customers],
  ])('refuses times that are none: %s', async (_name, figure: (wanted: Wanted) => Promise<unknown>) => {
    const refused = { reason: 'INVALID_REQUEST', options: { violations: [{ field: 'to' }] } };
    await expect(figure({ from: NOW, to: at('2026-03-01T00:00:00Z') })).rejects.toMatchObject(refused);
    await expect(figure({ from: at('2000-01-01T00:00:00Z') })).rejects.toMatchObject(refused);
    await expect(figure({ from: at('1900-01-01T00:00:00Z'), to: at('1901-01-01T00:00:00Z') })).resolves.toBeDefined();
    await expect(figure({ from: at('9998-01-01T00:00:00Z'), to: at('9999-12-31T00:00:00Z') })).resolves.toBeDefined();
  });
});
