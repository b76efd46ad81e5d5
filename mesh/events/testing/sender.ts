import { newId } from '../../ids.ts';
import { toMessage } from '../cloud-event.ts';
import { Kafka, type MessageProducer, type OutgoingMessage } from '../kafka.ts';
import { countedEvents, type Counted, type TestHost } from './scene.ts';

/** Sends messages past any outbox: twice, broken, in whatever order. */
export interface Sender {
  readonly producer: MessageProducer;
  /** An event about a count, as the relay would send it. */
  message(counted: Counted, changes?: { readonly id?: string; readonly type?: string }): OutgoingMessage;
}

export async function openSender(host: TestHost, topic: string): Promise<Sender> {
  const kafka = new Kafka({ brokers: host.config.KAFKA_BROKERS, clientId: 'sender', log: host.log });
  await kafka.ensureTopics([{ topic, partitions: 3, replicas: 1, retentionMs: 3_600_000 }]);
  const type = countedEvents(topic);
  return {
    producer: await kafka.openProducer(),
    message: (counted, changes = {}) =>
      toMessage(
        { id: newId(), type: type.type, source: '/shopverse/test', subject: counted.aggregate, time: new Date(), ...changes },
        { topic, payload: Buffer.from(type.codec.encode(counted).finish()), traceparent: undefined },
      ),
  };
}
