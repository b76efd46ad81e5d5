import { ONLY_FOR, type DeadLetterReason } from '../dead-letter.ts';
import { deadLetterTopic } from '../host.ts';
import type { IncomingMessage, Kafka, OutgoingMessage } from '../kafka.ts';
import { readHeld } from './read-topic.ts';
import { OperationRefused } from './refusal.ts';

/** What an operator did about a dead letter, or with a group. */
export type Action = 'replayed' | 'dropped' | 'group_replayed';

/** An operator's deed on record. */
export interface ActionRecord {
  readonly action: Action;
  /** The letter it was about; empty when it was about the whole group. */
  readonly letter: string;
  /** `user:<id>` of an admin, `operator:<name>` of somebody at a machine of the shop. */
  readonly by: string;
  readonly time: Date;
  /** What they said about it. */
  readonly note: string;
}

/** A message that a group could not handle. */
export interface DeadLetter {
  readonly group: string;
  /** Names it within its group: `<partition>-<offset>` of the dead letter topic. */
  readonly id: string;
  readonly reason: DeadLetterReason | '';
  readonly error: string;
  /** Where it came from. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly deadSince: Date | undefined;
  /** How often it was replayed before it died this time. */
  readonly replays: number;
  /** The event's own id and type; empty when it is no event. */
  readonly eventId: string;
  readonly type: string;
  /** What was done about it; undefined while it waits. */
  readonly resolved: ActionRecord | undefined;
  /** As it came; in lists without its value. */
  readonly message: IncomingMessage;
}

/** What to list. */
export interface DeadLetterQuery {
  /** Those that were replayed or dropped, too. @default false */
  readonly resolved?: boolean;
  /** Only letters older than this one. */
  readonly before?: string;
  /** Most letters of the answer. */
  readonly limit: number;
}

/** Most records of one group that are looked at, the newest: their headers are had in memory. */
const MAX_RECORDS = 20_000;
/** Letters whose values are in memory at the same time. */
const AT_A_TIME = 100;
/** Longest note. */
const MAX_NOTE = 500;

/**
 * The dead letters of the groups, and what became of each. A letter stays in Kafka until its time is over; what an operator does about it is a
 * record behind it in the same topic, which is also the audit trail. So no two stores can disagree, and what is cut off in the middle of a replay
 * leaves a letter that is still listed: replaying it again is harmless, as its event keeps its id and the group's inbox knows it.
 */
export class DeadLetterBook {
  readonly #kafka: Kafka;
  readonly #clock: () => Date;

  constructor(kafka: Kafka, clock: () => Date = () => new Date()) {
    this.#kafka = kafka;
    this.#clock = clock;
  }

  /** A group's letters, newest first. Throws OperationRefused when there is no such group. */
  async list(group: string, { resolved = false, before, limit }: DeadLetterQuery): Promise<DeadLetter[]> {
    const { letters } = await this.#read(group);
    const end = before === undefined ? letters.length : letters.findIndex(({ id }) => id === before);
    return letters
      .slice(0, Math.max(0, end))
      .filter((letter) => resolved || letter.resolved === undefined)
      .toReversed()
      .slice(0, limit);
  }

  /** One letter. Throws OperationRefused when there is none of this id. */
  async get(group: string, id: string): Promise<DeadLetter> {
    const letter = (await this.#read(group, new Set([id]))).letters.find((one) => one.id === id);
    if (letter === undefined) throw new OperationRefused('unknown letter', `The group ${group} has no dead letter ${id}.`);
    return letter;
  }

  /** All that operators did, oldest first. */
  async actions(group: string): Promise<ActionRecord[]> {
    return (await this.#read(group)).actions;
  }

  /**
   * Replays letters or drops them, in the order given, one after the other. Replaying sends a letter's event to its topic again, with its id, for
   * this group alone; it comes behind all that happened since, which handlers bear.
   *
   * @param by who is on record for it
   * @throws OperationRefused when one of them is not there or was replayed or dropped before; then none is touched
   */
  async resolve(group: string, ids: readonly string[], action: 'replayed' | 'dropped', by: string, note = ''): Promise<DeadLetter[]> {
    const { letters } = await this.#read(group);
    const known = new Map(letters.map((letter) => [letter.id, letter]));
    const wanted = [...new Set(ids)];
    for (const id of wanted) {
      const letter = known.get(id);
      if (letter === undefined) throw new OperationRefused('unknown letter', `The group ${group} has no dead letter ${id}.`);
      mustBeOpen(letter);
    }
    const done: DeadLetter[] = [];
    for (let from = 0; from < wanted.length; from += AT_A_TIME) {
      done.push(...(await this.#resolveSome(group, wanted.slice(from, from + AT_A_TIME), action, by, note)));
    }
    return done;
  }

  async #resolveSome(
    group: string,
    ids: readonly string[],
    action: 'replayed' | 'dropped',
    by: string,
    note: string,
  ): Promise<DeadLetter[]> {
    const { letters } = await this.#read(group, new Set(ids));
    const known = new Map(letters.map((letter) => [letter.id, letter]));
    const done: DeadLetter[] = [];
    const producer = await this.#kafka.openProducer();
    try {
      for (const id of ids) {
        const letter = known.get(id);
        if (letter === undefined) continue; // Its time in Kafka was over meanwhile.
        if (action === 'replayed') await producer.send([asItCame(letter)]);
        // Only now is it done: cut off before this, the letter is still there.
        await producer.send([this.#recordOf(group, { action, letter: id, by, note })]);
        done.push({ ...letter, message: withoutValue(letter.message) });
      }
    } finally {
      await producer.close();
    }
    return done;
  }

  /** Puts on record what was done with a whole group. */
  async record(group: string, deed: Omit<ActionRecord, 'time'>): Promise<void> {
    const producer = await this.#kafka.openProducer();
    try {
      await producer.send([this.#recordOf(group, deed)]);
    } finally {
      await producer.close();
    }
  }

  #recordOf(group: string, { action, letter, by, note }: Omit<ActionRecord, 'time'>): OutgoingMessage {
    return {
      topic: deadLetterTopic(group),
      key: letter === '' ? group : letter,
      value: null,
      headers: {
        operator_action: action,
        operator_letter: letter,
        operator_by: by,
        operator_time: this.#clock().toISOString(),
        operator_note: note.slice(0, MAX_NOTE),
      },
    };
  }

  /** All letters, without their values but for those of `whole`: a value may have half a megabyte. */
  async #read(group: string, whole: ReadonlySet<string> = new Set()): Promise<{ letters: DeadLetter[]; actions: ActionRecord[] }> {
    const topic = deadLetterTopic(group);
    if (!(await this.#kafka.topics()).includes(topic)) throw new OperationRefused('unknown group', `There is no consumer group ${group}.`);
    const from = (await this.#kafka.ranges([topic])).map(({ partition, first, next }) => ({
      partition,
      offset: next - first > MAX_RECORDS ? next - BigInt(MAX_RECORDS) : first,
    }));
    const messages: IncomingMessage[] = [];
    const actions: ActionRecord[] = [];
    await readHeld(this.#kafka, topic, {
      from,
      onMessage: (message) => {
        const action = actionOf(message);
        if (action === undefined) messages.push(whole.has(idOf(message)) ? message : withoutValue(message));
        else actions.push(action);
      },
    });
    const byLetter = new Map(actions.map((action) => [action.letter, action]));
    return { letters: messages.map((message) => letterOf(group, message, byLetter)), actions };
  }
}

const idOf = ({ partition, offset }: IncomingMessage): string => `${partition}-${offset}`;

const withoutValue = (message: IncomingMessage): IncomingMessage => ({ ...message, value: null });

function actionOf({ headers }: IncomingMessage): ActionRecord | undefined {
  const text = (name: string) => headers[name]?.toString() ?? '';
  const action = text('operator_action');
  if (action !== 'replayed' && action !== 'dropped' && action !== 'group_replayed') return undefined;
  return {
    action,
    letter: text('operator_letter'),
    by: text('operator_by'),
    time: new Date(text('operator_time')),
    note: text('operator_note'),
  };
}

function letterOf(group: string, message: IncomingMessage, actions: ReadonlyMap<string, ActionRecord>): DeadLetter {
  const text = (name: string) => message.headers[name]?.toString() ?? '';
  const id = idOf(message);
  const time = new Date(text('dlq_time'));
  return {
    group,
    id,
    reason: text('dlq_reason') as DeadLetterReason | '',
    error: text('dlq_error'),
    topic: text('dlq_topic'),
    partition: Number(text('dlq_partition')),
    offset: text('dlq_offset'),
    deadSince: Number.isNaN(time.getTime()) ? undefined : time,
    replays: Number(text('replays')) || 0,
    eventId: text('ce_id'),
    type: text('ce_type'),
    resolved: actions.get(id),
    message,
  };
}

function mustBeOpen({ id, resolved }: DeadLetter): void {
  if (resolved === undefined) return;
  throw new OperationRefused(
    'resolved',
    `The dead letter ${id} was ${resolved.action} by ${resolved.by} at ${resolved.time.toISOString()}.`,
  );
}

/** The message as it was before it died, for one group alone. */
function asItCame({ group, topic, replays, message: { key, value, headers } }: DeadLetter): OutgoingMessage {
  if (topic === '') throw new OperationRefused('harmful', 'The letter does not say which topic it came from.');
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('dlq_'));
  return { topic, key, value, headers: { ...Object.fromEntries(own), [ONLY_FOR]: group, replays: String(replays + 1) } };
}
