import type { IncomingMessage, Kafka, OutgoingMessage } from '@shopverse/mesh/events/kafka';
import { readHeld } from '@shopverse/mesh/events/operations/read-topic';

/** Messages sent at a time. */
const BATCH = 2_000;

/**
 * Appends what the topics hold to them, again and again, until they hold at least `least` messages in all: the same events with the same ids and keys, in the same
 * order. Nobody else may write to them meanwhile.
 *
 * @returns how many messages they hold then, and how many different ones
 * @throws Error when they hold nothing
 */
export async function multiplyTopics(
  kafka: Kafka,
  topics: readonly string[],
  least: number,
): Promise<{ messages: number; distinct: number }> {
  const held: IncomingMessage[] = [];
  for (const topic of topics) await readHeld(kafka, topic, { onMessage: (message) => void held.push(message) });
  if (held.length === 0) throw new Error(`There is nothing in ${topics.join(', ')} to be sent again.`);
  // Within a partition they were read in order, and each key stays in its partition.
  const again: readonly OutgoingMessage[] = held.map(({ topic, key, value, headers }) => ({ topic, key, value, headers }));
  const producer = await kafka.openProducer();
  let messages = held.length;
  try {
    for (; messages < least; messages += again.length)
      for (let start = 0; start < again.length; start += BATCH) await producer.send(again.slice(start, start + BATCH));
  } finally {
    await producer.close();
  }
  return { messages, distinct: held.length };
}
