import { newId } from '../../ids.ts';
import { keepConsuming } from '../keep-consuming.ts';
import type { IncomingMessage } from '../kafka.ts';
import { TestHost } from './scene.ts';

/** Reads a whole topic, from its beginning and on. */
export interface TopicReader {
  /** What is there so far, each once; within a partition in order. */
  readonly messages: readonly IncomingMessage[];
  close(): Promise<void>;
}

/** @param where a process that knows where Kafka is */
export function readTopic(where: TestHost, topic: string): TopicReader {
  const host = new TestHost('reader', where.config.KAFKA_BROKERS.join());
  const messages: IncomingMessage[] = [];
  const next = new Map<number, bigint>();
  keepConsuming(
    host,
    {
      group: `reader-${newId()}`,
      topics: [topic],
      concurrency: 1,
      handle: async (batch) => {
        for (const message of batch.messages) {
          const offset = BigInt(message.offset);
          if (offset >= (next.get(message.partition) ?? 0n)) {
            messages.push(message);
            next.set(message.partition, offset + 1n);
          }
          await batch.done(message);
        }
      },
    },
    async () => undefined,
  );
  return { messages, close: () => host.stop() };
}
