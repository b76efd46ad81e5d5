import { eventTypes } from '@shopverse/contracts/event-types';
import { eventually } from '@shopverse/local/demo/eventually';
import { toMessage } from '@shopverse/mesh/events/cloud-event';
import { Kafka } from '@shopverse/mesh/events/kafka';
import { newId } from '@shopverse/mesh/ids';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { theStack } from './customer.ts';
import { shopverse, shopverseJson } from './shop.ts';

/** A dead letter as `shopverse dlq list --json` shows it. */
export interface ShownLetter {
  readonly group: string;
  readonly id: string;
  readonly event_id: string;
  readonly reason: string;
  readonly resolved: null | { readonly by: string };
}

/** The groups that hear of the event below. */
const GROUPS = ['analytics', 'notification', 'order'];

/** The dead letters of an event that nobody looked after. */
export async function deadLettersOf(eventId: string): Promise<ShownLetter[]> {
  const { letters } = await shopverseJson<{ letters: readonly ShownLetter[] }>(['dlq', 'list']);
  return letters.filter(({ event_id: of }) => of === eventId);
}

/**
 * Drops the dead letters that other tests left, for one that wants a shop without any: an event that nobody can read stays in its topic, and is given up
 * again by a group that handles everything anew, also when an operator dropped it before.
 */
export async function dropDeadLetters(): Promise<void> {
  const { letters } = await shopverseJson<{ letters: readonly ShownLetter[] }>(['dlq', 'list']);
  for (const group of new Set(letters.map((letter) => letter.group))) {
    const { code, output } = await shopverse(['dlq', 'drop', group, '--all', '--note', 'left by another test']);
    if (code !== 0) throw new Error(`The dead letters of ${group} could not be dropped: ${output}`);
  }
}

/** Publishes an event that no consumer can read, and waits until all that hear of it gave it up. */
export async function publishUnreadable(): Promise<{
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly letters: readonly ShownLetter[];
}> {
  const { addresses } = await theStack();
  const kafka = new Kafka({ brokers: addresses.kafkaBrokers.split(','), clientId: 'test', log: createLogger('test', 'silent') });
  const { type, topic } = eventTypes['shopverse.payment.v1.PaymentFailed'];
  const id = newId();
  try {
    const producer = await kafka.openProducer();
    const event = { id, type, source: '/shopverse/test', subject: newId(), time: new Date() };
    await producer.send([toMessage(event, { topic, payload: Buffer.from([255]), traceparent: undefined })]);
    await producer.close();
  } finally {
    await kafka.close();
  }
  const gaveUp = async () => {
    const found = await deadLettersOf(id);
    return GROUPS.every((group) => found.some((one) => one.group === group)) ? found : undefined;
  };
  return { id, type, topic, letters: await eventually('the groups to give it up', gaveUp, { timeoutMs: 60_000, intervalMs: 500 }) };
}
