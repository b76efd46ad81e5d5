import type { GroupMove, Kafka } from '../kafka.ts';
import { DeadLetterBook } from './dead-letter-book.ts';
import { OperationRefused } from './refusal.ts';

/** What a group will handle again. */
export interface GroupReplay {
  readonly group: string;
  /** From where, in each topic's partitions. */
  readonly topics: readonly GroupMove[];
  /** Messages that come again. */
  readonly messages: bigint;
}

/** Who asks for what. */
export interface GroupReplayWish {
  readonly group: string;
  readonly from: Date;
  readonly by: string;
  readonly note?: string;
  /** Only says what would come again. @default false */
  readonly dryRun?: boolean;
}

/**
 * Lets a group handle everything since a time again: its places are moved back. What it had its effect before has it not again, since every
 * group knows its events by their ids for longer than Kafka keeps them (docs/guides/events.md); what had none, has it now.
 *
 * Refused, with nothing changed: while the group has members, who would overwrite its places and read on from where they are; for a time to come; for
 * a group that nobody knows; and where the group is behind that time already, as moving it forward would lose events.
 */
export async function replayGroup(kafka: Kafka, { group, from, by, note = '', dryRun = false }: GroupReplayWish): Promise<GroupReplay> {
  if (Number.isNaN(from.getTime())) throw new OperationRefused('harmful', 'The time to replay from is no time.');
  if (from.getTime() > Date.now()) throw new OperationRefused('harmful', `${from.toISOString()} is yet to come.`);
  const committed = await kafka.committed(group);
  if (committed.length === 0) throw new OperationRefused('unknown group', `There is no consumer group ${group} that has handled anything.`);
  const topics = [...new Set(committed.map(({ topic }) => topic))].toSorted();
  const plan = await Promise.all(
    topics.map(async (topic) => {
      const now = new Map(committed.filter((place) => place.topic === topic).map(({ partition, offset }) => [partition, offset]));
      const places = (await kafka.placesAt(topic, from)).flatMap(({ partition, offset }) => {
        const at = now.get(partition);
        // Never forward: what the group has not handled yet would be lost to it.
        return at === undefined || offset >= at ? [] : [{ partition, offset, again: at - offset }];
      });
      return { topic, places };
    }),
  );
  const moves = plan.filter(({ places }) => places.length > 0);
  const messages = moves.flatMap(({ places }) => places).reduce((sum, { again }) => sum + again, 0n);
  const answer: GroupReplay = {
    group,
    messages,
    topics: moves.map(({ topic, places }) => ({ topic, places: places.map(({ partition, offset }) => ({ partition, offset })) })),
  };
  if (dryRun) return answer;
  const members = await kafka.members(group);
  if (members > 0) {
    throw new OperationRefused(
      'harmful',
      `The group ${group} has ${members} running member${members === 1 ? '' : 's'}, who would overwrite its places: stop the service, replay, start it again.`,
    );
  }
  // On record before it is done: whoever looks for the cause of what comes next finds it.
  await new DeadLetterBook(kafka).record(group, {
    action: 'group_replayed',
    letter: '',
    by,
    note: `from ${from.toISOString()} ${note}`.trim(),
  });
  try {
    if (answer.topics.length > 0) await kafka.moveGroup(group, answer.topics);
  } catch (error) {
    if ((await kafka.members(group)) === 0) throw error;
    throw new OperationRefused('harmful', `A member of ${group} was started meanwhile, so nothing was moved: stop it and replay again.`);
  }
  return answer;
}
