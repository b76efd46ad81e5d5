import { Migration } from '@mikro-orm/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { newId } from '../ids.ts';
import { onEventIn } from '../store/inbox.ts';
import { openPostgres, type Postgres } from '../store/postgres.ts';
import { consume } from './consume.ts';
import { onEvent, type ReceivedEvent } from './handler.ts';
import { openSender } from './testing/sender.ts';
import { countedEvents, eventually, openScene, type Counted, type Scene } from './testing/scene.ts';
import { readTopic } from './testing/topic-reader.ts';
import { permanent } from './trouble.ts';

class CreateEffects extends Migration {
  override up(): void {
    this.addSql('create table effect (place bigint generated always as identity, aggregate text not null, number integer not null)');
  }
}

let scene: Scene;
let database: Postgres;

beforeAll(async () => {
  scene = await openScene(['postgres', 'kafka']);
  database = await openDatabase();
});
afterAll(() => scene.close());

function openDatabase(): Promise<Postgres> {
  const migrations = [{ name: '1-create-effects', class: CreateEffects }];
  return openPostgres(scene.host('order'), { url: scene.stack.addresses.database('order'), migrations });
}

async function effects(aggregate: string): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`select number from effect where aggregate = ${aggregate} order by place`.execute(
    database.sql,
  );
  return rows.map(({ number }) => number);
}

/** Writes the event's number down, once. */
function writeDown(topic: string, group: string) {
  return onEventIn(database, group, countedEvents(topic), async ({ aggregate, number }, _event, tx) => {
    await sql`insert into effect (aggregate, number) values (${aggregate}, ${number})`.execute(tx.sql);
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a consumer', () => {
  it('brings about each effect once and in order, though every event comes twice and members come and go', async () => {
    const topic = 'test-rebalance';
    const aggregates = Array.from({ length: 6 }, () => newId());
    const sender = await openSender(scene.host('sender'), topic);
    const join = async () => {
      const host = scene.host('order');
      await consume(host, { group: topic, handlers: [writeDown(topic, topic)] });
      return host;
    };
    const members = [await join()];
    let sending = true;
    let changes = 0;
    const comingAndGoing = (async () => {
      for (; sending; changes += 1) {
        const before = (await Promise.all(aggregates.map(effects))).flat().length;
        await eventually(
          'something is handled',
          async () => !sending || (await Promise.all(aggregates.map(effects))).flat().length > before + 50,
        );
        members.push(await join());
        if (members.length > 2) await members.shift()?.stop();
      }
    })();
    for (let number = 1; number <= 300; number += 10) {
      const events = upTo(10).flatMap((more) => aggregates.map((aggregate) => sender.message({ aggregate, number: number + more - 1 })));
      await sender.producer.send(events);
      await sender.producer.send(events);
    }
    await eventually(
      'all effects are there',
      async () => (await Promise.all(aggregates.map(effects))).every(({ length }) => length >= 300),
      30_000,
    );
    sending = false;
    await comingAndGoing;
    expect(changes).toBeGreaterThan(2);
    for (const aggregate of aggregates) expect(await effects(aggregate)).toEqual(upTo(300));
    await Promise.all(members.map((member) => member.stop()));
    await sender.producer.close();
  }, 60_000);

  it('puts aside what it can never handle, with the cause, and goes on', async () => {
    const topic = 'test-poison';
    const group = 'poisoned';
    const counted = countedEvents(topic);
    const host = scene.host('order');
    const sender = await openSender(host, topic);
    const aggregate = newId();
    const handled: number[] = [];
    await consume(host, {
      group,
      handlers: [
        onEvent(counted, async ({ number }) => {
          if (number === 2) throw permanent('Two is no count.');
          if (number === 4) throw new TypeError('Nobody thought of four.');
          handled.push(number);
        }),
      ],
      maxTries: 2,
    });
    const bytes = (text: string) => ({ ...sender.message({ aggregate, number: 0 }), value: Buffer.from(text) });
    await sender.producer.send([
      sender.message({ aggregate, number: 1 }),
      sender.message({ aggregate, number: 2 }),
      bytes('{'),
      sender.message({ aggregate, number: 3 }),
      { ...sender.message({ aggregate, number: 0 }), headers: {} },
      sender.message({ aggregate, number: 0 }, { type: 'test.v1.NotYetInvented' }),
      sender.message({ aggregate, number: 4 }),
      sender.message({ aggregate, number: 5 }),
    ]);
    await eventually('the stream goes on', () => handled.includes(5));
    expect(handled).toEqual([1, 3, 5]);

    const letters = readTopic(scene.host('reader'), `${group}.dlq`);
    await eventually('the dead letters are there', () => letters.messages.length === 4);
    const shown = letters.messages.map(({ key, headers }) => ({
      key: key?.toString(),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.toString()])),
    }));
    expect(shown).toEqual([
      expect.objectContaining({
        dlq_reason: 'permanent',
        dlq_error: 'PermanentError: Two is no count.',
        ce_type: counted.type,
        ce_subject: aggregate,
      }),
      expect.objectContaining({ dlq_reason: 'permanent', dlq_error: 'PermanentError: The value is no test.v1.Counted.' }),
      expect.objectContaining({ dlq_reason: 'undecodable', key: aggregate }),
      expect.objectContaining({ dlq_reason: 'exhausted', dlq_error: 'TypeError: Nobody thought of four.' }),
    ]);
    for (const letter of shown) {
      expect(letter).toMatchObject({
        dlq_topic: topic,
        dlq_group: group,
        dlq_partition: expect.stringMatching(/^[012]$/),
        dlq_offset: expect.stringMatching(/^\d+$/),
      });
      expect(JSON.stringify(letter)).not.toContain('.ts:');
    }
    await letters.close();
    await host.stop();
    await sender.producer.close();
  });

  it('waits while its store is away, and loses nothing', async () => {
    const topic = 'test-store-away';
    const host = scene.host('order');
    const sender = await openSender(host, topic);
    const aggregate = newId();
    await consume(host, { group: topic, handlers: [writeDown(topic, topic)] });
    await sender.producer.send([sender.message({ aggregate, number: 1 })]);
    await eventually('the first effect is there', async () => (await effects(aggregate)).length === 1);
    await scene.stack.supervisor.part('postgres').stop();
    await sender.producer.send(
      upTo(5)
        .slice(1)
        .map((number) => sender.message({ aggregate, number })),
    );
    await eventually('it is tried again', () => host.logged.filter(({ message }) => message === 'event is tried again').length >= 3);
    await scene.stack.supervisor.part('postgres').start();
    await eventually('all effects are there', async () => (await effects(aggregate)).length === 5);
    expect(await effects(aggregate)).toEqual(upTo(5));
    await host.stop();
    await sender.producer.close();
  }, 60_000);

  it('goes on with other partitions while one waits, and gives up an event that takes too long', async () => {
    const topic = 'test-one-partition';
    const host = scene.host('order');
    const sender = await openSender(host, topic);
    // So many that each of the three partitions has some.
    const aggregates = Array.from({ length: 60 }, () => newId());
    const [stuck = ''] = aggregates;
    const handled: (Counted & Pick<ReceivedEvent, 'partition'>)[] = [];
    let hangs = 0;
    let hanging = true;
    await consume(host, {
      group: topic,
      timeoutMs: 200,
      handlers: [
        onEvent(countedEvents(topic), async (message, { partition, signal }) => {
          if (message.aggregate === stuck && hanging) {
            hangs += 1;
            await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
          }
          handled.push({ ...message, partition });
        }),
      ],
    });
    await sender.producer.send([1, 2].flatMap((number) => aggregates.map((aggregate) => sender.message({ aggregate, number }))));
    await eventually(
      'two partitions are through while the third was tried often',
      () => new Set(handled.map(({ partition }) => partition)).size >= 2 && hangs > 2,
    );
    hanging = false;
    await eventually('all are handled', () => handled.length === 2 * aggregates.length);
    for (const aggregate of aggregates)
      expect(handled.filter((one) => one.aggregate === aggregate).map(({ number }) => number)).toEqual([1, 2]);
    await host.stop();
    await sender.producer.close();
  });

  it('is built anew when Kafka went away and came back', async () => {
    const topic = 'test-kafka-back';
    const host = scene.host('order');
    const sender = await openSender(host, topic);
    const aggregate = newId();
    await consume(host, { group: topic, handlers: [writeDown(topic, topic)] });
    await sender.producer.send([sender.message({ aggregate, number: 1 })]);
    await eventually('the first effect is there', async () => (await effects(aggregate)).length === 1);
    await sender.producer.close();
    await scene.stack.supervisor.part('kafka').stop();
    await eventually('it notices', () => host.logged.some(({ message }) => message === 'consumer starts anew'), 30_000);
    await scene.stack.supervisor.part('kafka').start();
    const again = await openSender(host, topic);
    await again.producer.send([again.message({ aggregate, number: 2 })]);
    await eventually('the second effect is there', async () => (await effects(aggregate)).length === 2, 30_000);
    expect(await effects(aggregate)).toEqual([1, 2]);
    await host.stop();
    await again.producer.close();
  }, 60_000);

  it('refuses two handlers for one type of event', async () => {
    const handler = writeDown('test-twice', 'test-twice');
    await expect(consume(scene.host('order'), { group: 'twice', handlers: [handler, handler] })).rejects.toThrow('two handlers');
  });
});
