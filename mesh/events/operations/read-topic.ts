import type { IncomingMessage, Kafka, PartitionPlace } from '../kafka.ts';

/** Longest time to read what a topic holds, in milliseconds. */
const READ_MS = 30_000;

/**
 * Reads what a topic holds at this moment, from `from` on.
 *
 * @param from where to begin in each partition @default the oldest message there is
 * @param onMessage called for each message; answering false ends the reading
 * @throws Error when it takes longer than 30 seconds
 */
export async function readHeld(
  kafka: Kafka,
  topic: string,
  { from, onMessage }: { readonly from?: readonly PartitionPlace[]; readonly onMessage: (message: IncomingMessage) => boolean | void },
): Promise<void> {
  const asked = from === undefined ? undefined : new Map(from.map(({ partition, offset }) => [partition, offset]));
  const ranges = (await kafka.ranges([topic])).map((range) => {
    const wanted = asked === undefined ? range.first : (asked.get(range.partition) ?? range.next);
    return { ...range, first: wanted > range.first ? wanted : range.first };
  });
  const left = new Map(ranges.filter(({ first, next }) => first < next).map(({ partition, next }) => [partition, next]));
  if (left.size === 0) return;
  const done = new AbortController();
  const late = AbortSignal.timeout(READ_MS);
  await kafka.read({
    topic,
    from: ranges.filter(({ partition }) => left.has(partition)).map(({ partition, first }) => ({ partition, offset: first })),
    signal: AbortSignal.any([done.signal, late]),
    onMessage: (message) => {
      const end = left.get(message.partition);
      if (end === undefined || done.signal.aborted) return;
      if (BigInt(message.offset) < end && onMessage(message) === false) done.abort();
      if (BigInt(message.offset) + 1n >= end) left.delete(message.partition);
      if (left.size === 0) done.abort();
    },
  });
  if (late.aborted && !done.signal.aborted) throw new Error(`Reading ${topic} took longer than ${READ_MS / 1_000} s.`);
}
