import { groupsOf, lagOf, type PartitionLag } from '@shopverse/mesh/events/operations/lag';
import { readHeld } from '@shopverse/mesh/events/operations/read-topic';
import { replayGroup } from '@shopverse/mesh/events/operations/replay-group';
import { EventReader, type ShownEvent } from '@shopverse/mesh/events/operations/shown-event';
import type { IncomingMessage, Kafka } from '@shopverse/mesh/events/kafka';
import { asOperator, countOf, timeOf } from '../events/operator.ts';
import { outboxBacklogs, type OutboxBacklog } from '../events/outboxes.ts';
import { StackError } from '../stack-error.ts';

/** `shopverse events lag`: how far each group is behind in each partition, and what waits in the outboxes. */
export async function lag({ json = false, group }: { readonly json?: boolean; readonly group?: string }): Promise<void> {
  await asOperator(async ({ kafka, addresses }) => {
    const groups = group === undefined ? await groupsOf(kafka) : [group];
    const [lags, outboxes] = await Promise.all([lagOf(kafka, groups), outboxBacklogs(addresses.database)]);
    process.stdout.write(json ? `${JSON.stringify(lagJson(lags, outboxes))}\n` : lagText(lags, outboxes));
  });
}

function lagJson(lags: readonly PartitionLag[], outboxes: readonly OutboxBacklog[]): object {
  return {
    partitions: lags.map(({ group, topic, partition, end, committed, lag: behind }) => ({
      group,
      topic,
      partition,
      end: Number(end),
      committed: committed === undefined ? null : Number(committed),
      lag: Number(behind),
    })),
    outboxes: outboxes.map(({ service, waiting, ageMs }) => ({ service, waiting, age_ms: ageMs })),
  };
}

function lagText(lags: readonly PartitionLag[], outboxes: readonly OutboxBacklog[]): string {
  const columns = [16, 28, 9] as const;
  const row = (group: string, topic: string, partition: string, numbers: readonly string[]) =>
    [group.padEnd(columns[0]), topic.padEnd(columns[1]), partition.padStart(columns[2]), ...numbers.map((text) => text.padStart(11))].join(
      ' ',
    );
  const total = lags.reduce((sum, one) => sum + one.lag, 0n);
  return `${[
    row('group', 'topic', 'partition', ['end', 'committed', 'lag']),
    ...lags.map(({ group, topic, partition, end, committed, lag: behind }) =>
      row(group, topic, String(partition), [String(end), committed === undefined ? '-' : String(committed), String(behind)]),
    ),
    `${total} behind in all`,
    '',
    ...outboxes.map(({ service, waiting, ageMs }) =>
      waiting === null || ageMs === null
        ? `outbox of ${service}: its database does not answer`
        : `outbox of ${service}: ${waiting} waiting${waiting === 0 ? '' : `, the oldest for ${(ageMs / 1_000).toFixed(1)} s`}`,
    ),
  ].join('\n')}\n`;
}

/** Options of `shopverse events tail`. */
export interface TailOptions {
  readonly from?: string;
  readonly lines: string;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** `shopverse events tail <topic>`: its messages, decoded: the last few, or all since a time; then, with --follow, those to come. */
export async function tail(topic: string, { from, lines, follow = false, json = false }: TailOptions): Promise<void> {
  await asOperator(async ({ kafka }) => {
    const topics = await kafka.topics();
    if (!topics.includes(topic)) {
      const known = topics.filter((name) => !name.startsWith('__')).toSorted((a, b) => a.localeCompare(b));
      throw new StackError(`There is no topic ${topic}; there are ${known.join(', ')}.`);
    }
    const reader = await EventReader.open();
    const print = (message: IncomingMessage) =>
      void process.stdout.write(json ? `${JSON.stringify(reader.show(message))}\n` : eventText(reader.show(message)));
    const ends = await kafka.ranges([topic]);
    if (from === undefined) await printLast(kafka, topic, countOf(lines, '--lines', 10_000), print);
    else await readHeld(kafka, topic, { from: await kafka.placesAt(topic, timeOf(from)), onMessage: print });
    if (!follow) return;
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const places = ends.map(({ partition, next }) => ({ partition, offset: next }));
    await kafka.read({ topic, from: places, signal: stop.signal, onMessage: print });
  });
}

/** The last `count` of the topic by time, oldest first: no more than so many of each partition are read. */
async function printLast(kafka: Kafka, topic: string, count: number, print: (message: IncomingMessage) => void): Promise<void> {
  const ranges = await kafka.ranges([topic]);
  const held: IncomingMessage[] = [];
  const from = ranges.map(({ partition, first, next }) => ({ partition, offset: next - first > count ? next - BigInt(count) : first }));
  await readHeld(kafka, topic, { from, onMessage: (message) => void held.push(message) });
  const timeOfMessage = ({ headers }: IncomingMessage) => headers['ce_time']?.toString() ?? headers['dlq_time']?.toString() ?? '';
  const inOrder = held.toSorted((a, b) => timeOfMessage(a).localeCompare(timeOfMessage(b)));
  for (const message of inOrder.slice(-count)) print(message);
}

function eventText({ partition, offset, type, headers, event, unreadable, key, bytes }: ShownEvent): string {
  const { ce_time: time = '', ...others } = headers;
  const shown = Object.entries(others).map(([name, value]) => `    ${name}: ${value}`);
  return `${[
    `${time.padEnd(24)} ${type === '' ? '(no event)' : type}  key ${key === '' ? '-' : key}  at ${partition}-${offset}, ${bytes} bytes`,
    ...shown,
    `    ${event === undefined ? unreadable : JSON.stringify(event)}`,
  ].join('\n')}\n`;
}

/** Options of `shopverse events replay`. */
export interface ReplayOptions {
  readonly group: string;
  readonly from: string;
  readonly note?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `shopverse events replay --group G --from TIME`: the group handles everything since then again; refused while that would do harm. */
export async function replay({ group, from, note = '', dryRun = false, json = false }: ReplayOptions): Promise<void> {
  await asOperator(async ({ kafka, by }) => {
    const done = await replayGroup(kafka, { group, from: timeOf(from), by, note, dryRun });
    const topics = done.topics.map(({ topic, places }) => ({
      topic,
      partitions: places.map(({ partition, offset }) => ({ partition, offset: Number(offset) })),
    }));
    if (json) return void process.stdout.write(`${JSON.stringify({ group, messages: Number(done.messages), dry_run: dryRun, topics })}\n`);
    const places = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => `  ${topic} ${partition}: from ${offset}`),
    );
    const verb = dryRun ? 'would handle' : 'will handle';
    process.stdout.write(`${[`${group} ${verb} ${done.messages} messages again`, ...places].join('\n')}\n`);
  });
}
