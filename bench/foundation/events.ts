import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventTypes, type EventMessage } from '@shopverse/contracts/event-types';
import { eventually } from '@shopverse/local/demo/eventually';
import { startInfrastructure, type Stack } from '@shopverse/local/stack';
import { sleep } from '@shopverse/mesh/backoff';
import { toMessage } from '@shopverse/mesh/events/cloud-event';
import { consume } from '@shopverse/mesh/events/consume';
import { kafkaOf } from '@shopverse/mesh/events/host';
import { startRelay } from '@shopverse/mesh/events/relay';
import { newId } from '@shopverse/mesh/ids';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { median, percentile } from '../median.ts';
import type { Metric } from '../result.ts';
import { BenchHost } from './events/host.ts';

const type = eventTypes['shopverse.order.v1.OrderPlaced'];
type Message = EventMessage<'shopverse.order.v1.OrderPlaced'>;

/** An event of the usual size. */
function placed(): Message {
  const price = { currencyCode: 'INR', units: 1299n, nanos: 0 };
  const line = {
    productId: newId(),
    sku: 'KITCHEN-0001',
    name: 'Kavira 5-piece non-stick cookware set',
    quantity: 2,
    unitPrice: price,
    total: price,
  };
  return { orderId: newId(), customerId: newId(), lines: [line, line], total: price, placedAt: new Date() };
}

/**
 * From the commit of an event to the commit of its effect in a consumer's database, under a steady load; and how fast the relay empties an outbox, next to the
 * same producer sending the same messages without one. On a PostgreSQL and a Kafka of its own.
 */
export async function events({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const home = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(home, 0o755);
  const stack = await startInfrastructure(['postgres', 'kafka'], { home });
  try {
    return [...(await latency(stack, quick ? 200 : 1_000)), ...(await relayThroughput(stack, quick ? 3_000 : 20_000, quick ? 3 : 5))];
  } finally {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function latency({ addresses }: Stack, count: number): Promise<Metric[]> {
  const host = new BenchHost(addresses.kafkaBrokers);
  const database = await openPostgres(host, { url: addresses.database('order') });
  const committed = new Map<string, number>();
  const latencies: number[] = [];
  const effect = onEventIn(database, 'bench', type, async ({ orderId }, _event, tx) => {
    await tx.em.execute('select 1');
    const at = committed.get(orderId);
    if (at !== undefined) latencies.push(performance.now() - at);
  });
  startRelay(host, database);
  await consume(host, { group: 'bench', handlers: [effect] });
  await publish(database, [placed()]);
  await eventually('the first event', async () => ((await leftIn(database)) === 0 ? true : undefined), { timeoutMs: 60_000 });
  await sleep(1_000);
  for (let sent = 0; sent < count; sent += 1) {
    const message = placed();
    await database.transaction(async (tx) => tx.publish(type, message));
    committed.set(message.orderId, performance.now());
    await sleep(10);
  }
  await eventually('the last effect', async () => (latencies.length >= count ? true : undefined), { timeoutMs: 60_000 });
  await host.stop();
  return [
    { metric: 'event_latency_p50_ms', value: median(latencies), unit: 'ms', runs: 1 },
    { metric: 'event_latency_p99_ms', value: percentile(latencies, 0.99), unit: 'ms', goal: '< 250', runs: 1 },
  ];
}

async function relayThroughput({ addresses }: Stack, count: number, runs: number): Promise<Metric[]> {
  const store = new BenchHost(addresses.kafkaBrokers);
  const database = await openPostgres(store, { url: addresses.database('payment') });
  const relayed: number[] = [];
  const alone: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    alone.push(await producerAlone(addresses.kafkaBrokers, count));
    relayed.push(await relayOnly(database, addresses.kafkaBrokers, count));
  }
  await store.stop();
  const ratio = median(relayed) / median(alone);
  return [
    { metric: 'producer_events_per_second', value: median(alone), unit: 'events/s', runs },
    { metric: 'relay_events_per_second', value: median(relayed), unit: 'events/s', baseline: median(alone), runs },
    { metric: 'relay_ratio', value: ratio, unit: 'x', baseline: median(alone), ratio, goal: '>= 0.5', runs },
  ];
}

/** Events per second of the mesh's producer alone, in batches as large as the relay's. */
async function producerAlone(brokers: string, count: number): Promise<number> {
  const host = new BenchHost(brokers);
  const producer = await kafkaOf(host).openProducer();
  const messages = Array.from({ length: count }, () => {
    const message = placed();
    return toMessage(
      { id: newId(), source: '/shopverse/bench', type: type.type, subject: message.orderId, time: new Date() },
      { topic: type.topic, payload: Buffer.from(type.codec.encode(message).finish()), traceparent: undefined },
    );
  });
  const started = performance.now();
  for (let at = 0; at < count; at += 500) await producer.send(messages.slice(at, at + 500));
  const seconds = (performance.now() - started) / 1000;
  await producer.close();
  await host.stop();
  return count / seconds;
}

/** Events per second of a relay that finds a full outbox. */
async function relayOnly(database: Postgres, brokers: string, count: number): Promise<number> {
  for (let at = 0; at < count; at += 500) await publish(database, Array.from({ length: Math.min(500, count - at) }, placed));
  const host = new BenchHost(brokers);
  const started = performance.now();
  startRelay(host, database);
  await eventually('an empty outbox', async () => ((await leftIn(database)) === 0 ? true : undefined), {
    timeoutMs: 120_000,
    intervalMs: 10,
  });
  const seconds = (performance.now() - started) / 1000;
  await host.stop();
  return count / seconds;
}

async function publish(database: Postgres, messages: readonly Message[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const message of messages) tx.publish(type, message);
  });
}

async function leftIn(database: Postgres): Promise<number> {
  const [row] = await database.read((em) => em.execute<{ left: string }[]>('select count(*) as left from outbox'));
  return Number(row?.left ?? 0);
}
