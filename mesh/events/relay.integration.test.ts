import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { newId } from '../ids.ts';
import { openPostgres, type Postgres } from '../store/postgres.ts';
import { startRelay } from './relay.ts';
import { countedEvents, eventually, openScene, type Counted, type Scene } from './testing/scene.ts';
import { readTopic, type TopicReader } from './testing/topic-reader.ts';

const RELAY = new URL('testing/relay-process.ts', import.meta.url).pathname;
const NODE = new URL('../../node_modules/.bin/node', import.meta.url).pathname;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(['postgres', 'kafka']);
});
afterAll(() => scene.close());

async function openDatabase(service: string): Promise<Postgres> {
  return openPostgres(scene.host(service), { url: scene.stack.addresses.database(service) });
}

async function backlog(database: Postgres): Promise<number> {
  const { rows } = await sql<{ size: string }>`select count(*) as size from outbox`.execute(database.sql);
  return Number(rows[0]?.size);
}

/** The numbers of each aggregate in the order in which they came for the first time: what a consumer with an inbox makes of it. */
function firstArrivals({ messages }: TopicReader): Map<string, number[]> {
  const seen = new Set<string>();
  const numbers = new Map<string, number[]>();
  for (const { key, value, headers } of messages) {
    const id = headers['ce_id']?.toString() ?? '';
    if (seen.has(id)) continue;
    seen.add(id);
    const aggregate = key?.toString() ?? '';
    numbers.set(aggregate, [...(numbers.get(aggregate) ?? []), (JSON.parse(value?.toString() ?? '') as Counted).number]);
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the relay', () => {
  it('publishes CloudEvents, keyed by their aggregate, and forgets them', async () => {
    const counted = countedEvents('test-headers');
    const host = scene.host('order');
    const database = await openPostgres(host, { url: scene.stack.addresses.database('order') });
    startRelay(host, database);
    const reader = readTopic(host, 'test-headers');
    const aggregate = newId();
    await database.transaction(async (tx) => tx.publish(counted, { aggregate, number: 1 }));
    await eventually('the event comes', () => reader.messages.length === 1);
    const [message] = reader.messages;
    expect(message?.key?.toString()).toBe(aggregate);
    expect(JSON.parse(message?.value?.toString() ?? '')).toEqual({ aggregate, number: 1 });
    expect(Object.fromEntries(Object.entries(message?.headers ?? {}).map(([name, value]) => [name, value.toString()]))).toEqual({
      ce_specversion: '1.0',
      ce_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ce_source: '/shopverse/order',
      ce_type: 'test.v1.Counted',
      ce_subject: aggregate,
      ce_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      'content-type': 'application/protobuf',
    });
    await eventually('the outbox is empty', async () => (await backlog(database)) === 0);
    await reader.close();
    await host.stop();
  });

  it('keeps the order of an aggregate, and every event, while its processes are killed one after the other', async () => {
    const topic = 'test-killed-relays';
    const counted = countedEvents(topic);
    const database = await openDatabase('payment');
    const reader = readTopic(scene.host('reader'), topic);
    const start = () =>
      spawn(NODE, [RELAY, scene.stack.addresses.database('payment'), scene.stack.addresses.kafkaBrokers], { stdio: 'ignore' });
    const relays: ChildProcess[] = [start(), start()];

    const aggregates = [newId(), newId()];
    let killing = true;
    let kills = 0;
    const killer = (async () => {
      for (let victim = 0; killing; victim = 1 - victim) {
        const before = reader.messages.length;
        await eventually('somebody publishes', () => !killing || reader.messages.length > before + 200);
        relays[victim]?.kill('SIGKILL');
        relays[victim] = start();
        kills += 1;
      }
    })();
    for (let number = 1; number <= 3_000; number += 3) {
      await database.transaction(async (tx) => {
        for (const aggregate of aggregates) {
          for (const next of [number, number + 1, number + 2]) tx.publish(counted, { aggregate, number: next });
        }
      });
    }
    await eventually('all are published', async () => (await backlog(database)) === 0, 30_000);
    killing = false;
    await killer;
    expect(kills).toBeGreaterThan(3);
    await eventually('all have come', () => aggregates.every((aggregate) => firstArrivals(reader).get(aggregate)?.length === 3_000));
    for (const aggregate of aggregates) expect(firstArrivals(reader).get(aggregate)).toEqual(upTo(3_000));

    for (const relay of relays) relay.kill('SIGKILL');
    await Promise.all(relays.map(async (relay) => relay.exitCode ?? relay.signalCode ?? once(relay, 'exit')));
    await reader.close();
  }, 60_000);

  it('waits while Kafka is away; then everything comes, in order', async () => {
    const topic = 'test-kafka-away';
    const counted = countedEvents(topic);
    const host = scene.host('user');
    const database = await openPostgres(host, { url: scene.stack.addresses.database('user') });
    startRelay(host, database);
    const aggregate = newId();
    const publish = (numbers: readonly number[]) =>
      database.transaction(async (tx) => numbers.forEach((number) => tx.publish(counted, { aggregate, number })));
    await publish([1]);
    await eventually('the first is published', async () => (await backlog(database)) === 0);
    await scene.stack.supervisor.part('kafka').stop();
    for (const number of [2, 3, 4]) await publish([number]);
    await eventually('the relay says so', () =>
      host.logged.some(({ message }) => message === 'Kafka takes no events; they wait in the outbox'),
    );
    await expect(host.checks.get('kafka')?.(host.signal)).rejects.toThrow('ECONNREFUSED');
    expect(await backlog(database)).toBe(3);
    await scene.stack.supervisor.part('kafka').start();
    await publish([5]);
    await eventually('all are published', async () => (await backlog(database)) === 0, 30_000);
    await expect(host.checks.get('kafka')?.(host.signal)).resolves.toBeUndefined();
    const reader = readTopic(host, topic);
    await eventually('all have come', () => firstArrivals(reader).get(aggregate)?.length === 5);
    expect(firstArrivals(reader).get(aggregate)).toEqual(upTo(5));
    await reader.close();
  }, 60_000);

  it('publishes what is there before the process ends', async () => {
    const host = scene.host('auth');
    const database = await openPostgres(host, { url: scene.stack.addresses.database('auth') });
    startRelay(host, database);
    await eventually('it leads', () => host.logged.some(({ message }) => message === 'this process publishes the outbox'));
    const other = await openDatabase('auth');
    await database.transaction(async (tx) => tx.publish(countedEvents('test-flush'), { aggregate: newId(), number: 1 }));
    await host.stop();
    expect(await backlog(other)).toBe(0);
  });

  it('is woken by another process that does not lead', async () => {
    const url = scene.stack.addresses.database('product');
    const [leader, standby] = [scene.host('product'), scene.host('product')];
    startRelay(leader, await openPostgres(leader, { url }));
    await eventually('one leads', () => leader.logged.some(({ message }) => message === 'this process publishes the outbox'));
    const database = await openPostgres(standby, { url });
    startRelay(standby, database);
    const listener = await database.connect('listener');
    await listener.query('listen outbox');
    const notified = once(listener, 'notification');
    await database.transaction(async (tx) => tx.publish(countedEvents('test-wake'), { aggregate: newId(), number: 1 }));
    await notified;
    await listener.end();
    await eventually('it is published', async () => (await backlog(database)) === 0);
    expect(standby.logged.some(({ message }) => message === 'this process publishes the outbox')).toBe(false);
    await leader.stop();
    await eventually('the other takes over', () => standby.logged.some(({ message }) => message === 'this process publishes the outbox'));
  });
});
