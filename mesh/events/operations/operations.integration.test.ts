import { Migration } from '@mikro-orm/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes } from '@shopverse/contracts/event-types';
import { sql } from 'kysely';
import { newId } from '../../ids.ts';
import { onEventIn } from '../../store/inbox.ts';
import { openPostgres, type Postgres } from '../../store/postgres.ts';
import { toMessage } from '../cloud-event.ts';
import { consume } from '../consume.ts';
import { onEvent } from '../handler.ts';
import { isKafkaTrouble, Kafka, type IncomingMessage } from '../kafka.ts';
import { openSender } from '../testing/sender.ts';
import { countedEvents, eventually, openScene, type Scene, type TestHost } from '../testing/scene.ts';
import { permanent } from '../trouble.ts';
import { DeadLetterBook } from './dead-letter-book.ts';
import { groupsOf, lagOf } from './lag.ts';
import { readHeld } from './read-topic.ts';
import { replayGroup } from './replay-group.ts';
import { EventReader } from './shown-event.ts';

class CreateEffects extends Migration {
  override up(): void {
    this.addSql('create table effect (place bigint generated always as identity, consumer text not null, number integer not null)');
  }
}

let scene: Scene;
let database: Postgres;
let kafka: Kafka;
let book: DeadLetterBook;

beforeAll(async () => {
  scene = await openScene(['postgres', 'kafka']);
  const host = scene.host('order');
  database = await openPostgres(host, {
    url: scene.stack.addresses.database('order'),
    migrations: [{ name: '1-create-effects', class: CreateEffects }],
  });
  kafka = new Kafka({ brokers: host.config.KAFKA_BROKERS, clientId: 'operator', log: host.log });
  book = new DeadLetterBook(kafka);
}, 120_000);
afterAll(() => scene.close());

async function effects(consumer: string): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`select number from effect where consumer = ${consumer} order by place`.execute(
    database.sql,
  );
  return rows.map(({ number }) => number);
}

/** A member of `group` that writes numbers down once each, and can't handle those that are `poison`. */
async function member(group: string, topic: string, poison: () => readonly number[] = () => []): Promise<TestHost> {
  const host = scene.host('order');
  const handler = onEventIn(database, group, countedEvents(topic), async ({ number }, _event, tx) => {
    if (poison().includes(number)) throw permanent(`${number} is no count.`);
    await sql`insert into effect (consumer, number) values (${group}, ${number})`.execute(tx.sql);
  });
  await consume(host, { group, handlers: [handler] });
  return host;
}

const there = (group: string, count: number) =>
  eventually(`${count} effects of ${group}`, async () => (await effects(group)).length >= count);

describe('dead letters', () => {
  it('in the middle of a partition are listed, shown and, once the cause is mended, replayed with one effect, for their group alone', async () => {
    const topic = 'test-ops-poison';
    const [group, other] = ['ops-poisoned', 'ops-bystander'];
    let poison: readonly number[] = [2, 4];
    const members = [await member(group, topic, () => poison)];
    const sender = await openSender(scene.host('sender'), topic);
    const seen: string[] = [];
    const bystander = scene.host('bystander');
    await consume(bystander, { group: other, handlers: [onEvent(countedEvents(topic), async (_message, { id }) => void seen.push(id))] });
    const aggregate = newId();
    const sent = [1, 2, 3, 4, 5].map((number) => sender.message({ aggregate, number }));
    await sender.producer.send(sent);
    await there(group, 3);
    expect(await effects(group)).toEqual([1, 3, 5]);

    const listed = await eventually('both are listed', async () => {
      const letters = await book.list(group, { limit: 10 });
      return letters.length === 2 && letters;
    });
    expect(listed.map(({ error }) => error)).toEqual(['PermanentError: 4 is no count.', 'PermanentError: 2 is no count.']);
    const [four, two] = listed;
    expect(await book.list(group, { limit: 10, before: four?.id ?? '' })).toMatchObject([{ id: two?.id }]);
    const shown = await book.get(group, two?.id ?? '');
    expect(shown).toMatchObject({ reason: 'permanent', topic, type: 'test.v1.Counted', replays: 0, eventId: sent[1]?.headers['ce_id'] });

    // Not mended yet: it dies again, and is a new letter that knows its past.
    await book.resolve(group, [two?.id ?? ''], 'replayed', 'operator:test', 'let us see');
    const again = await eventually('it died again', async () =>
      (await book.list(group, { limit: 10 })).find(({ replays }) => replays === 1),
    );
    expect(again).toMatchObject({ eventId: shown.eventId, topic });
    poison = [];
    // A replay that is cut off before it is on record is done a second time.
    const { key, value, headers } = (await book.get(group, again.id)).message;
    await sender.producer.send([{ topic, key, value, headers: { ...headers, replay_for: group } }]);
    await book.resolve(group, [again.id], 'replayed', 'operator:test', 'mended');
    await book.resolve(group, [four?.id ?? ''], 'dropped', 'user:admin');
    await there(group, 4);
    // What comes behind them shows that nothing more is to come.
    await sender.producer.send([sender.message({ aggregate, number: 6 })]);
    await there(group, 5);
    expect(await effects(group)).toEqual([1, 3, 5, 2, 6]);
    await eventually('the bystander is through', () => seen.length === 6);
    expect(new Set(seen).size).toBe(6);

    expect(await book.list(group, { limit: 10 })).toEqual([]);
    expect((await book.list(group, { limit: 10, resolved: true })).map(({ resolved }) => resolved?.action)).toEqual([
      'replayed',
      'dropped',
      'replayed',
    ]);
    expect(await book.actions(group)).toMatchObject([
      { action: 'replayed', letter: two?.id, by: 'operator:test', note: 'let us see' },
      { action: 'replayed', letter: again.id, note: 'mended' },
      { action: 'dropped', letter: four?.id, by: 'user:admin' },
    ]);
    await expect(book.resolve(group, [four?.id ?? ''], 'replayed', 'operator:test')).rejects.toThrow('was dropped by user:admin');
    await expect(book.get(group, '0-999')).rejects.toThrow('no dead letter 0-999');
    await expect(book.list('nobody', { limit: 1 })).rejects.toThrow('no consumer group nobody');
    expect(await groupsOf(kafka)).toEqual(expect.arrayContaining([group, other]));
    await Promise.all([...members, bystander].map((one) => one.stop()));
    await sender.producer.close();
  }, 90_000);
});

describe("a group's lag", () => {
  it('counts partitions of which it has not handled anything yet', async () => {
    const topic = 'test-ops-untouched';
    const group = 'ops-untouched';
    const sender = await openSender(scene.host('sender'), topic);
    const only = await member(group, topic);
    await sender.producer.send([sender.message({ aggregate: newId(), number: 1 })]);
    await there(group, 1);
    await only.stop();
    const more = Array.from({ length: 20 }, (_, index) => sender.message({ aggregate: newId(), number: index + 2 }));
    await sender.producer.send(more);
    const lags = await lagOf(kafka, [group]);
    expect(lags.length).toBeGreaterThan(1);
    expect(lags.filter(({ committed }) => committed === undefined).every(({ lag, end }) => lag === end)).toBe(true);
    expect(lags.reduce((sum, { lag }) => sum + lag, 0n)).toBe(20n);
    await sender.producer.close();
  }, 90_000);

  it('is what it has not handled, by partition, and a replay since a time brings it back without a second effect', async () => {
    const topic = 'test-ops-replay';
    const group = 'ops-replayed';
    const sender = await openSender(scene.host('sender'), topic);
    const before = new Date();
    const first = await member(group, topic);
    await sender.producer.send([1, 2, 3, 4, 5, 6].map((number) => sender.message({ aggregate: newId(), number })));
    await there(group, 6);
    const wish = { group, from: before, by: 'operator:test' };
    await expect(replayGroup(kafka, wish)).rejects.toThrow('has 1 running member, who would overwrite its places');
    const everywhere = (await kafka.ranges([topic])).map(({ partition }) => ({ partition, offset: 0n }));
    await expect(kafka.moveGroup(group, [{ topic, places: everywhere }])).rejects.toThrow('has other members');
    await first.stop();

    const behind = async () => (await lagOf(kafka, [group])).reduce((sum, { lag }) => sum + lag, 0n);
    expect(await behind()).toBe(0n);
    await sender.producer.send([7, 8].map((number) => sender.message({ aggregate: newId(), number })));
    expect(await behind()).toBe(2n);
    // What it has not handled is not skipped, whatever time is given.
    expect(await replayGroup(kafka, { ...wish, from: new Date() })).toMatchObject({ messages: 0n, topics: [] });
    expect(await behind()).toBe(2n);
    expect(await replayGroup(kafka, { ...wish, dryRun: true })).toMatchObject({ messages: 6n });
    expect(await behind()).toBe(2n);
    await replayGroup(kafka, wish);
    expect(await behind()).toBe(8n);
    expect(await book.actions(group)).toContainEqual(expect.objectContaining({ action: 'group_replayed', by: 'operator:test' }));
    const second = await member(group, topic);
    await eventually('it is through', async () => (await behind()) === 0n);
    expect((await effects(group)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await second.stop();
    await sender.producer.close();

    await expect(replayGroup(kafka, { ...wish, from: new Date(Date.now() + 60_000) })).rejects.toThrow('yet to come');
    await expect(replayGroup(kafka, { ...wish, group: 'nobody' })).rejects.toThrow('no consumer group nobody');
  }, 90_000);
});

describe('a topic', () => {
  it('is read as it is, its events decoded by the contracts, and what is none told so', async () => {
    const topic = 'test-ops-tail';
    const sender = await openSender(scene.host('sender'), topic);
    const { type, codec } = eventTypes['shopverse.auth.v1.SessionRevoked'];
    const event = { id: newId(), type, source: '/shopverse/auth', subject: 'u', time: new Date() };
    const payload = Buffer.from(codec.encode({ userId: 'u', sessionId: 's', revokedAt: new Date(0), reason: 1 }).finish());
    const good = toMessage(event, { topic, payload, traceparent: '00-1-2-01' });
    await sender.producer.send([
      good,
      { ...good, value: Buffer.from([255]) },
      { ...good, headers: {} },
      sender.message({ aggregate: 'u', number: 1 }),
    ]);
    const reader = await EventReader.open();
    const read: IncomingMessage[] = [];
    await readHeld(kafka, topic, { onMessage: (message) => void read.push(message) });
    expect(read.map((message) => reader.show(message))).toEqual([
      expect.objectContaining({
        type,
        key: 'u',
        headers: expect.objectContaining({ ce_id: event.id, traceparent: '00-1-2-01' }),
        event: { userId: 'u', sessionId: 's', revokedAt: '1970-01-01T00:00:00Z', reason: 'REVOCATION_REASON_LOGGED_OUT' },
        unreadable: '',
      }),
      expect.objectContaining({ event: undefined, unreadable: expect.stringContaining(`The value is no ${type}`) }),
      expect.objectContaining({ event: undefined, unreadable: 'The message is no CloudEvent.' }),
      expect.objectContaining({ event: undefined, unreadable: 'The contracts know no test.v1.Counted.' }),
    ]);
    const one: IncomingMessage[] = [];
    await readHeld(kafka, topic, { onMessage: (message) => one.push(message) < 2 });
    expect(one).toHaveLength(2);
    expect(await kafka.placesAt(topic, new Date(Date.now() + 60_000))).toEqual(
      expect.arrayContaining((await kafka.ranges([topic])).map(({ partition, next }) => ({ partition, offset: next }))),
    );
    await sender.producer.close();
  }, 60_000);

  it('is read by several while Kafka is restarted: some fail, none with a rejection that nobody hears, which would end the process', async () => {
    const topic = 'test-ops-restart';
    const sender = await openSender(scene.host('sender'), topic);
    await sender.producer.send([1, 2, 3].map((number) => sender.message({ aggregate: 'u', number })));
    await sender.producer.close();
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    const counts = new Set<number>();
    let going = true;
    const readers = Array.from({ length: 8 }, async () => {
      while (going) {
        const read: IncomingMessage[] = [];
        const whole = await readHeld(kafka, topic, { onMessage: (message) => void read.push(message) }).then(
          () => true,
          (error: unknown) => {
            if (!isKafkaTrouble(error)) throw error;
            return false;
          },
        );
        if (whole) counts.add(read.length);
      }
    });
    for (let times = 0; times < 3; times += 1) {
      await scene.stack.supervisor.part('kafka').stop();
      await scene.stack.supervisor.part('kafka').start();
      await eventually('it is read again', () => readHeld(kafka, topic, { onMessage: () => undefined }).then(() => true, () => false)); // prettier-ignore
    }
    going = false;
    await Promise.all(readers);
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
    expect([...counts]).toEqual([3]);
  }, 120_000);
});
