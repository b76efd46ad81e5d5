import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage, Kafka, ReadOptions } from '../kafka.ts';
import { readHeld } from './read-topic.ts';

const message = (partition: number, offset: number) => ({ topic: 't', partition, offset: String(offset) }) as IncomingMessage;

class KafkaJSConnectionError extends Error {
  override readonly name = 'KafkaJSConnectionError';
}

/** A topic of five messages in each of two partitions, whose every reading goes as told; when it is told no more, as it should. */
function topicThat(...readings: ((options: ReadOptions) => void)[]) {
  const asked: ReadOptions['from'][] = [];
  const kafka: Pick<Kafka, 'ranges' | 'read'> = {
    ranges: async () => [0, 1].map((partition) => ({ topic: 't', partition, first: 0n, next: 5n })),
    read: async (options) => {
      asked.push(options.from);
      const goes = readings.shift();
      if (goes !== undefined) return goes(options);
      for (const { partition, offset } of options.from)
        for (let at = Number(offset); at < 5; at += 1) options.onMessage(message(partition, at));
    },
  };
  return { kafka, asked };
}

async function read(kafka: Pick<Kafka, 'ranges' | 'read'>): Promise<string[]> {
  const seen: string[] = [];
  await readHeld(kafka, 't', { onMessage: ({ partition, offset }) => void seen.push(`${partition}-${offset}`) });
  return seen;
}

const ALL = [0, 1].flatMap((partition) => [0, 1, 2, 3, 4].map((offset) => `${partition}-${offset}`));
const away = () => {
  throw new KafkaJSConnectionError('Connection timeout');
};

describe('what a topic holds', () => {
  it('is read on where Kafka failed, each message once', async () => {
    const { kafka, asked } = topicThat(({ onMessage }) => {
      for (const offset of [0, 1, 2]) onMessage(message(0, offset));
      away();
    });
    expect(await read(kafka)).toEqual(ALL);
    expect(asked[1]).toEqual([
      { partition: 0, offset: 3n },
      { partition: 1, offset: 0n },
    ]);
  });

  it('comes once though Kafka brings some of it again, and what was written meanwhile does not come', async () => {
    const { kafka } = topicThat(({ onMessage }) => {
      for (const offset of [0, 1, 0, 1, 2, 3, 4, 5]) for (const partition of [0, 1]) onMessage(message(partition, offset));
    });
    expect((await read(kafka)).toSorted()).toEqual(ALL);
  });

  it('is not to be had when Kafka fails three times, and what else goes wrong is not tried again', async () => {
    const failing = topicThat(away, away, away);
    await expect(read(failing.kafka)).rejects.toThrow('Connection timeout');
    expect(failing.asked).toHaveLength(3);
    const broken = topicThat(() => {
      throw new TypeError('A bug.');
    });
    await expect(read(broken.kafka)).rejects.toThrow('A bug.');
    expect(broken.asked).toHaveLength(1);
  });

  it('is read no further when who reads has enough', async () => {
    const { kafka, asked } = topicThat();
    const seen: string[] = [];
    await readHeld(kafka, 't', { onMessage: ({ offset }) => seen.push(offset) < 2 });
    expect([seen, asked.length]).toEqual([['0', '1'], 1]);
  });
});
