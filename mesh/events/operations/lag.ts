import { deadLetterTopic } from '../host.ts';
import type { Kafka } from '../kafka.ts';

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

/** How far the groups are behind, in every partition they have a place in. */
export async function lagOf(kafka: Kafka, groups: readonly string[]): Promise<PartitionLag[]> {
  const places = await Promise.all(groups.map(async (group) => (await kafka.committed(group)).map((place) => ({ ...place, group }))));
  // The ends are read after the places: a lag is never shown smaller than it was.
  const existing = new Set(await kafka.topics());
  const known = places.flat().filter(({ topic }) => existing.has(topic));
  const ranges = await kafka.ranges([...new Set(known.map(({ topic }) => topic))]);
  const rangeOf = new Map(ranges.map((range) => [`${range.topic} ${range.partition}`, range]));
  return known
    .flatMap(({ group, topic, partition, offset }) => {
      const range = rangeOf.get(`${topic} ${partition}`);
      if (range === undefined) return [];
      const from = offset === undefined || offset < range.first ? range.first : offset;
      return [{ group, topic, partition, end: range.next, committed: offset, lag: range.next > from ? range.next - from : 0n }];
    })
    .toSorted((a, b) => a.group.localeCompare(b.group) || a.topic.localeCompare(b.topic) || a.partition - b.partition);
}
