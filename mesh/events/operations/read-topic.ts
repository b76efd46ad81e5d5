import { backoffMs, sleep } from '../../backoff.ts';
import { isKafkaTrouble, type IncomingMessage, type Kafka, type PartitionPlace, type PartitionRange } from '../kafka.ts';

/** Longest time to read what a topic holds, in milliseconds. */
const READ_MS = 30_000;
/** How often the reading is begun, when Kafka fails in the middle of it. */
const MAX_TRIES = 3;

/**
 * Reads what a topic holds at this moment, from `from` on. When Kafka fails on the way it goes on where it was: each message comes once.
 *
 * @param from where to begin in each partition @default the oldest message there is
 * @param onMessage called for each message; answering false ends the reading
 * @throws Error when it takes longer than 30 seconds; what Kafka said when it failed three times
 */
export async function readHeld(
  kafka: Pick<Kafka, 'ranges' | 'read'>,
  topic: string,
  { from, onMessage }: { readonly from?: readonly PartitionPlace[]; readonly onMessage: (message: IncomingMessage) => boolean | void },
): Promise<void> {
  const left = whatIsLeft(await kafka.ranges([topic]), from);
  const done = new AbortController();
  const late = AbortSignal.timeout(READ_MS);
  const signal = AbortSignal.any([done.signal, late]);
  const take = (message: IncomingMessage): void => {
    const part = left.get(message.partition);
    const offset = BigInt(message.offset);
    if (part === undefined || done.signal.aborted || offset < part.next) return;
    part.next = offset + 1n;
    if (offset < part.end && onMessage(message) === false) done.abort();
    if (part.next >= part.end) left.delete(message.partition);
    if (left.size === 0) done.abort();
  };
  for (let tries = 1; left.size > 0 && !signal.aborted; tries += 1) {
    try {
      await kafka.read({ topic, from: [...left].map(([partition, { next }]) => ({ partition, offset: next })), signal, onMessage: take });
    } catch (error) {
      if (tries === MAX_TRIES || !isKafkaTrouble(error)) throw error;
      await sleep(Math.max(100, backoffMs(tries)), signal);
    }
  }
  if (late.aborted && !done.signal.aborted) throw new Error(`Reading ${topic} took longer than ${READ_MS / 1_000} s.`);
}

/** By partition: the next offset to be read, and the first that was not there when the reading began. */
function whatIsLeft(
  ranges: readonly PartitionRange[],
  from: readonly PartitionPlace[] | undefined,
): Map<number, { next: bigint; readonly end: bigint }> {
  const asked = from === undefined ? undefined : new Map(from.map(({ partition, offset }) => [partition, offset]));
  const left = new Map<number, { next: bigint; readonly end: bigint }>();
  for (const { partition, first, next: end } of ranges) {
    const wanted = asked === undefined ? first : (asked.get(partition) ?? end);
    const next = wanted > first ? wanted : first;
    if (next < end) left.set(partition, { next, end });
  }
  return left;
}
