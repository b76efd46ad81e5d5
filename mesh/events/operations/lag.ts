import { deadLetterTopic } from '../host.ts';
import type { CommittedOffset, Kafka, PartitionRange } from '../kafka.ts';

/** How far a group is behind in one partition. */
export interface PartitionLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Offset of the partition's next message to be written. */
  readonly end: bigint;
  /** Offset of the group's next message; undefined when it has never committed one. */
  readonly committed: bigint | undefined;
  /** Messages it has not handled yet, of those that Kafka still has. */
  readonly lag: bigint;
}

const DEAD_LETTERS = deadLetterTopic('');

/** All consumer groups: each has a topic for its dead letters, made before it consumes anything. */
export async function groupsOf(kafka: Kafka): Promise<string[]> {
  const topics = await kafka.topics();
  return topics.flatMap((topic) => (topic.endsWith(DEAD_LETTERS) ? [topic.slice(0, -DEAD_LETTERS.length)] : [])).toSorted();
}

/**
 * How far the groups are behind, in every partition of the topics they have a place in: also in those where they have none yet, as a group that can't handle the very
 * first message of a partition never gets one.
 */
export async function lagOf(kafka: Kafka, groups: readonly string[]): Promise<PartitionLag[]> {
  const places = await Promise.all(groups.map(async (group) => ({ group, committed: await kafka.committed(group) })));
  // The ends are read after the places: a lag is never shown smaller than it was.
  const existing = new Set(await kafka.topics());
  const topicsOf = (committed: readonly CommittedOffset[]) =>
    [...new Set(committed.map(({ topic }) => topic))].filter((topic) => existing.has(topic));
  const ranges = Map.groupBy(
    await kafka.ranges([...new Set(places.flatMap(({ committed }) => topicsOf(committed)))]),
    ({ topic }) => topic,
  );
  return places
    .flatMap(({ group, committed }) => {
      const offsets = new Map(committed.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]));
      return topicsOf(committed)
        .flatMap((topic) => ranges.get(topic) ?? [])
        .map((range) => ({ group, ...lagIn(range, offsets.get(`${range.topic} ${range.partition}`)) }));
    })
    .toSorted((a, b) => a.group.localeCompare(b.group) || a.topic.localeCompare(b.topic) || a.partition - b.partition);
}

function lagIn({ topic, partition, first, next }: PartitionRange, committed: bigint | undefined): Omit<PartitionLag, 'group'> {
  // Groups begin with the first message there is, and what Kafka has deleted is no work any more.
  const from = committed === undefined || committed < first ? first : committed;
  return { topic, partition, end: next, committed, lag: next > from ? next - from : 0n };
}
