import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClickHouseClient } from '@clickhouse/client';
import { toMessage as toKafka } from '@shopverse/mesh/events/cloud-event';
import { consumeBatches, type BatchedEvent } from '@shopverse/mesh/events/consume-batches';
import { Kafka, type MessageProducer } from '@shopverse/mesh/events/kafka';
import { replayGroup } from '@shopverse/mesh/events/operations/replay-group';
import { eventually, openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import { topics } from './consumers/event-facts.ts';
import { onEvents } from './consumers/on-events.ts';
import { Figures } from './store/figures.ts';
import { keepRawEvents } from './store/keep-raw-events.ts';
import { migrations } from './store/migrations/migrations.ts';
import { readCustomers } from './store/reads/customers.ts';
import { readEventCounts } from './store/reads/event-counts.ts';
import { readFunnel } from './store/reads/funnel.ts';
import { readOrderStatistics } from './store/reads/order-statistics.ts';
import { readPaymentMethods } from './store/reads/payment-methods.ts';
import { readRevenue } from './store/reads/revenue.ts';
import { planRebuild, rebuildFigures } from './store/rebuild.ts';
import { event, forgetAll, order } from './testing/shop-events.ts';

const GROUP = 'analytics';
const limit = { deadline: Infinity, signal: new AbortController().signal };
const ever = { from: new Date(0), to: new Date('2100-01-01T00:00:00Z') };
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - days * DAY_MS);

let scene: Scene;
let client: ClickHouseClient;
let figures: Figures;
let kafka: Kafka;
let producer: MessageProducer;
beforeAll(async () => {
  scene = await openScene(['clickhouse', 'kafka']);
  const host = scene.host('test');
  client = await openClickHouse(host, { url: scene.stack.addresses.clickhouse, migrations });
  figures = new Figures(client);
  kafka = new Kafka({ brokers: host.config.KAFKA_BROKERS, clientId: 'test', log: host.log });
  await kafka.ensureTopics(topics.map((topic) => ({ topic, partitions: 3, replicas: 1, retentionMs: 3_600_000 })));
  producer = await kafka.openProducer();
}, 120_000);
afterAll(async () => {
  await producer.close();
  await kafka.close();
  await scene.close();
});
beforeEach(() => forgetAll(client));

/** All figures there are. */
async function everything(): Promise<object> {
  const [dashboard, products, revenue, orders, funnel, methods, counts, customers] = await Promise.all([
    figures.dashboard(ever, daysAgo(0), limit),
    figures.topProducts(ever, 100, limit),
    readRevenue(client)(ever, [{ from: daysAgo(2_000), to: daysAgo(100) }, { from: daysAgo(100), to: ever.to }], limit),
    readOrderStatistics(client)(ever, limit),
    readFunnel(client)(ever, limit),
    readPaymentMethods(client)(ever, limit),
    readEventCounts(client)(ever, limit),
    readCustomers(client)(ever, limit),
  ]); // prettier-ignore
  return {
    dashboard,
    products,
    revenue,
    orders,
    funnel,
    methods,
    counts: [...counts].toSorted(([a], [b]) => a.localeCompare(b)),
    customers,
  };
}

async function rows(table: string): Promise<number> {
  const answer = await client.query({ query: `SELECT count() AS n FROM ${table} FINAL`, format: 'JSONEachRow' });
  return Number((await answer.json<{ n: string }>())[0]?.n);
}

const take = (events: readonly BatchedEvent[]) => onEvents({ figures })(events, limit.signal);

function somethingOf(at: Date): BatchedEvent[] {
  const userId = newId();
  return [
    event('shopverse.auth.v1.UserRegistered', { userId, email: 'a@b.example', fullName: 'A', registeredAt: at }, at),
    event('shopverse.product.v1.ProductViewed', { userId, productId: newId(), categoryId: '', viewedAt: at }, at),
    event('shopverse.order.v1.CartItemAdded', { userId, productId: newId(), quantity: 1, addedAt: at }, at),
    ...order({ minor: 1_000n, units: 2, customerId: userId, at, refunds: [{ minor: 300n, at }] }),
    ...order({ minor: 70n, units: 1, at, paid: false }),
  ];
}

describe('single events', () => {
  it('go when they are too old, and the figures stay: also when the events come again, and when one comes so late', async () => {
    const old = somethingOf(daysAgo(800));
    await take([...old, ...somethingOf(daysAgo(1))]);
    const before = await everything();
    const all = await rows('events');
    await keepRawEvents(client, 13);
    await client.command({ query: 'OPTIMIZE TABLE events FINAL' });
    expect(await rows('events')).toBe(all - old.length);
    expect(await everything()).toEqual(before);

    await take(old.toReversed());
    expect(await everything()).toEqual(before);
    const late = order({ minor: 5n, units: 1, at: daysAgo(900) });
    await take(late);
    await client.command({ query: 'OPTIMIZE TABLE events FINAL' });
    expect(await rows('events')).toBe(all - old.length);
    const after = (await everything()) as { revenue: { captured: bigint }[][] };
    expect(after.revenue.map(([inr]) => inr?.captured)).toEqual([1_005n, 1_000n]);
    expect((await planRebuild(client)).forgotten).toBe(BigInt(old.length + late.length));
  }, 60_000);

  it('stay as long as the setting says, which may change', async () => {
    const lifetime = async () => {
      const answer = await client.query({
        query: "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'events'",
        format: 'JSONEachRow',
      });
      return /TTL \S+ \+ toIntervalMonth\((\d+)\)/.exec((await answer.json<{ engine_full: string }>())[0]?.engine_full ?? '')?.[1];
    };
    for (const [months, kept] of [[3, '3'], [3, '3'], [24, '24'], [0, undefined], [0, undefined], [13, '13']] as const) {
      await keepRawEvents(client, months);
      expect(await lifetime()).toBe(kept);
    } // prettier-ignore
  });
});

async function publish(events: readonly BatchedEvent[]): Promise<void> {
  await producer.send(
    events.map(({ id, type, source, subject, time, topic, payload }) =>
      toKafka({ id, type, source, subject, time }, { topic, payload: Buffer.from(payload), traceparent: undefined }),
    ),
  );
}

async function consumer(): Promise<TestHost> {
  const host = scene.host('analytics');
  await consumeBatches(host, { group: GROUP, topics, maxEvents: 50, maxWaitMs: 100, handle: onEvents({ figures }) });
  return host;
}

const counted = (count: number) =>
  eventually(`${count} events in the figures`, async () => (await rows('occurrences').catch(() => -1)) === count, 60_000);

describe('figures', () => {
  it('made anew of the kept events, and of all that Kafka has, are what they were', async () => {
    const events = [1, 2, 3, 40].flatMap((days) => somethingOf(daysAgo(days)));
    const first = await consumer();
    await publish(events);
    await counted(events.length);
    const before = await everything();
    await expect(replayGroup(kafka, { group: GROUP, from: new Date(0), by: 'test' })).rejects.toThrow('running member');
    await first.stop();

    // Harm of every kind: a row that nothing stands for, one that is gone, one that is wrong.
    await client.command({ query: "INSERT INTO payments (payment_id, order_id, currency, amount_minor, succeeded_at) VALUES ('x', 'x', 'INR', 9, now())" });
    await client.command({ query: 'TRUNCATE TABLE sales' });
    await client.command({ query: 'ALTER TABLE orders UPDATE total_minor = 1 WHERE true SETTINGS mutations_sync = 1' });
    expect(await everything()).not.toEqual(before);
    const plan = await planRebuild(client);
    expect(plan).toMatchObject({ events: BigInt(events.length), forgotten: 0n, days: { length: 4 } });
    await rebuildFigures(client, plan);
    expect(await everything()).toEqual(before);
    await rebuildFigures(client, plan);
    expect(await everything()).toEqual(before);

    // The same with nothing but Kafka, and then once more on top of what is there.
    await forgetAll(client);
    for (const _again of [1, 2]) {
      const { messages } = await replayGroup(kafka, { group: GROUP, from: new Date(0), by: 'test' });
      expect(messages).toBe(BigInt(events.length));
      const again = await consumer();
      await eventually('all is handled again', async () => {
        const places = await kafka.committed(GROUP);
        const ends = new Map((await kafka.ranges(topics)).map(({ topic, partition, next }) => [`${topic} ${partition}`, next]));
        return places.length > 0 && places.every(({ topic, partition, offset }) => offset === ends.get(`${topic} ${partition}`));
      }, 60_000);
      await again.stop();
      expect(await everything()).toEqual(before);
    }
  }, 180_000); // prettier-ignore

  it('lose nothing while ClickHouse is away, and count nothing twice', async () => {
    const host = await consumer();
    const before = somethingOf(daysAgo(1));
    await publish(before);
    await counted(before.length);
    await scene.stack.supervisor.part('clickhouse').stop();
    const meanwhile = Array.from({ length: 30 }, () => somethingOf(daysAgo(1))).flat();
    await publish(meanwhile);
    await eventually('it waits', () => host.logged.filter(({ message }) => message === 'batch is tried again').length >= 2, 60_000);
    await scene.stack.supervisor.part('clickhouse').start();
    await counted(before.length + meanwhile.length);
    expect(host.logged.filter(({ message }) => message === 'event is a dead letter')).toEqual([]);
    const figuresNow = await figures.dashboard(ever, daysAgo(0), limit);
    expect(figuresNow).toMatchObject({ users: 31n, orders: 62n, confirmedOrders: 31n, revenue: [{ currency: 'INR', minor: 700n * 31n }] });
    await host.stop();
  }, 180_000);
});
