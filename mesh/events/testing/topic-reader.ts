import { newId } from '../../ids.ts';
import { Kafka, type IncomingMessage } from '../kafka.ts';
import type { TestHost } from './scene.ts';

/** Reads a whole topic, from its beginning and on. */
export interface TopicReader {
  /** What came so far; within a partition in order. */
  readonly messages: readonly IncomingMessage[];
  close(): Promise<void>;
}

export async function readTopic(host: TestHost, topic: string): Promise<TopicReader> {
  const kafka = new Kafka({ brokers: host.config.KAFKA_BROKERS, clientId: 'reader', log: host.log });
  await kafka.ensureTopics([{ topic, partitions: 3, replicas: 1, retentionMs: 3_600_000 }]);
  const messages: IncomingMessage[] = [];
  const consumer = await kafka.openConsumer({
    group: `reader-${newId()}`,
    topics: [topic],
    concurrency: 1,
    handle: async (batch) => {
      for (const message of batch.messages) {
        messages.push(message);
        await batch.done(message);
      }
    },
  });
  return { messages, close: () => consumer.close() };
}
