import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '../failure.ts';
import { newId } from '../ids.ts';
import { bestEffortPublisher } from './best-effort-publisher.ts';
import { consumeBatches, type BatchedEvent } from './consume-batches.ts';
import { kafkaOf } from './host.ts';
import { openSender } from './testing/sender.ts';
import { countedEvents, eventually, openScene, type Counted, type Scene } from './testing/scene.ts';
import { readTopic } from './testing/topic-reader.ts';
import { permanent } from './trouble.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(['kafka']);
});
afterAll(() => scene.close());

const numberOf = ({ payload }: BatchedEvent) => (JSON.parse(Buffer.from(payload).toString()) as Counted).number;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a consumer of batches', () => {
  it('gets the events of all partitions in few batches, in order within a partition', async () => {
    const topic = 'test-batches';
    const host = scene.host('analytics');
    const sender = await openSender(host, topic);
    const aggregates = upTo(9).map(() => newId());
    await sender.producer.send(upTo(100).flatMap((number) => aggregates.map((aggregate) => sender.message({ aggregate, number }))));
    const batches: (readonly BatchedEvent[])[] = [];
    await consumeBatches(host, {
      group: topic,
      topics: [topic],
      maxEvents: 500,
      maxWaitMs: 200,
      handle: async (events) => void batches.push(events),
    });
    await eventually('all have come', () => batches.flat().length === 900);
    expect(batches.every(({ length }) => length <= 500)).toBe(true);
    expect(batches.length).toBeLessThan(9);
    for (const aggregate of aggregates) {
      const numbers = batches.flat().filter(({ subject }) => subject === aggregate).map(numberOf); // prettier-ignore
      expect(numbers).toEqual(upTo(100));
    }
    await host.stop();
    await sender.producer.close();
  });

  it('waits out trouble that passes, finds the poison in a batch, and continues where it was after a restart', async () => {
    const topic = 'test-batch-trouble';
    const group = 'batch-trouble';
    const sender = await openSender(scene.host('sender'), topic);
    const aggregate = newId();
    const handled: number[] = [];
    let away = 3;
    const start = async () => {
      const host = scene.host('analytics');
      await consumeBatches(host, {
        group,
        topics: [topic],
        maxWaitMs: 100,
        maxTries: 2,
        handle: async (events) => {
          away -= 1;
          if (away > 0) throw new Failure('DEPENDENCY_UNAVAILABLE', 'The store is away.');
          if (events.some((event) => numberOf(event) === 3)) throw new TypeError('Nobody thought of three.');
          handled.push(...events.map(numberOf));
        },
      });
      return host;
    };
    const host = await start();
    await sender.producer.send([
      ...upTo(5).map((number) => sender.message({ aggregate, number })),
      { ...sender.message({ aggregate, number: 0 }), headers: {} },
    ]);
    await eventually('all but the poison are handled', () => handled.length >= 4);
    expect(handled).toEqual([1, 2, 4, 5]);
    await host.stop();
    const successor = await start();
    await sender.producer.send([sender.message({ aggregate, number: 6 })]);
    await eventually('the next is handled', () => handled.includes(6));
    expect(handled).toEqual([1, 2, 4, 5, 6]);

    const letters = readTopic(scene.host('reader'), `${group}.dlq`);
    await eventually('the dead letters are there', () => letters.messages.length >= 2);
    const causes = letters.messages.map(({ headers }) => `${headers['dlq_reason']?.toString()} ${headers['dlq_error']?.toString()}`);
    expect(causes.toSorted()).toEqual([
      'exhausted TypeError: Nobody thought of three.',
      'undecodable Error: The message is no CloudEvent.',
    ]);
    await letters.close();
    await successor.stop();
    await sender.producer.close();
  }, 40_000);

  it('finds two poisons among thousands in a few batches, and lays each aside once', async () => {
    const [topic, group] = ['test-batch-poison', 'batch-poison'];
    const sender = await openSender(scene.host('sender'), topic);
    const aggregate = newId();
    await sender.producer.send([
      ...upTo(3_000).map((number) => sender.message({ aggregate, number })),
      { ...sender.message({ aggregate, number: 0 }), headers: {} },
    ]);
    const handled: number[] = [];
    let batches = 0;
    const host = scene.host('analytics');
    await consumeBatches(host, {
      group,
      topics: [topic],
      maxWaitMs: 100,
      handle: async (events) => {
        batches += 1;
        if (events.some((event) => [700, 2_900].includes(numberOf(event)))) throw permanent('Two of them are poison.');
        handled.push(...events.map(numberOf));
      },
    });
    await eventually('all but the poison are handled', () => handled.length >= 2_998);
    expect(handled).toEqual(upTo(3_000).filter((number) => number !== 700 && number !== 2_900));
    expect(batches).toBeLessThan(60);
    const letters = readTopic(scene.host('reader'), `${group}.dlq`);
    await eventually('the dead letters are there', () => letters.messages.length >= 3);
    // The offsets are committed after them: when there is no lag, no more will come.
    await eventually('its place is behind all', async () => {
      const places = await kafkaOf(host).committed(group);
      return places.reduce((sum, { offset }) => sum + (offset ?? 0n), 0n) === 3_001n;
    });
    expect(letters.messages.map(({ headers }) => headers['dlq_reason']?.toString() ?? '').toSorted()).toEqual([
      'permanent',
      'permanent',
      'undecodable',
    ]);
    await letters.close();
    await host.stop();
    await sender.producer.close();
  }, 60_000);
});

describe('the best-effort publisher', () => {
  it('publishes without being waited for, drops the oldest when Kafka is away, and never throws', async () => {
    const topic = 'test-best-effort';
    const counted = countedEvents(topic);
    const host = scene.host('product');
    const publisher = bestEffortPublisher(host, { queue: 3, lingerMs: 10 });
    const aggregate = newId();
    publisher.publish(counted, { aggregate, number: 1 });
    const reader = readTopic(scene.host('reader'), topic);
    const numbers = () => reader.messages.map(({ value }) => (JSON.parse(value?.toString() ?? '') as Counted).number);
    await eventually('it comes', () => numbers().length === 1);
    await reader.close();

    await scene.stack.supervisor.part('kafka').stop();
    const refusing = { ...counted, codec: { ...counted.codec, encode: () => { throw new Error('No.'); } } }; // prettier-ignore
    publisher.publish(refusing, { aggregate, number: 0 });
    for (const number of [2, 3, 4, 5, 6]) publisher.publish(counted, { aggregate, number });
    await eventually('it tries', () => host.logged.some(({ message }) => message === 'best-effort events wait'));
    await scene.stack.supervisor.part('kafka').start();
    const after = readTopic(scene.host('reader'), topic);
    await eventually('the newest come', () => after.messages.length === 4, 30_000);
    expect(after.messages.map(({ value }) => (JSON.parse(value?.toString() ?? '') as Counted).number)).toEqual([1, 4, 5, 6]);
    await after.close();
    await host.stop();
  }, 60_000);
});
