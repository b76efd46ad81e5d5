import { eventually } from '@shopverse/local/demo/eventually';
import { askControl } from '@shopverse/local/supervisor/control';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import type { Kafka } from '@shopverse/mesh/events/kafka';
import { lagOf } from '@shopverse/mesh/events/operations/lag';
import { shopverseJson } from '../../shop.ts';

/** How one consumer group came through everything once more. */
export interface Drained {
  readonly group: string;
  /** Messages that it was given: what it had handled before, and all copies of it. */
  readonly messages: number;
  /** From the first that was done to the last, in seconds. */
  readonly seconds: number;
  readonly events_per_second: number;
  /** Resident memory of its process when a tenth was done, in MB. */
  readonly memory_mb_at_a_tenth: number;
  readonly memory_mb_at_the_end: number;
}

/** Longest time for one of a group's three stretches, in milliseconds. */
const PATIENCE_MS = 30 * 60_000;
const INTERVAL_MS = 1_000;
/** The beginning of all topics. */
const FROM = '1970-01-01T00:00:00Z';

/** Moves a group, whose service is stopped, back to the beginning with the operator's command, starts the service and waits until it is through. */
export async function drain(home: string, kafka: Kafka, group: string): Promise<Drained> {
  const { code } = await shopverseJson(['events', 'replay', '--group', group, '--from', FROM]);
  if (code !== 0) throw new Error(`the replay of ${group} was refused`);
  const behind = async () => Number((await lagOf(kafka, [group])).reduce((sum, { lag }) => sum + lag, 0n));
  const messages = await behind();
  await askControl(home, 'start', group, 120_000);
  const hasDone = (least: number) =>
    eventually(
      `${group} being through with ${least} of ${messages} messages`,
      async () => {
        const done = messages - (await behind());
        return done >= least ? { done, at: performance.now() } : undefined;
      },
      { timeoutMs: PATIENCE_MS, intervalMs: INTERVAL_MS },
    );
  const first = await hasDone(1);
  await hasDone(Math.ceil(messages / 10));
  const early = await memoryOf(home, group);
  const last = await hasDone(messages);
  const seconds = (last.at - first.at) / 1_000;
  return {
    group,
    messages,
    seconds: Math.round(seconds),
    events_per_second: Math.round((last.done - first.done) / seconds),
    memory_mb_at_a_tenth: early,
    memory_mb_at_the_end: await memoryOf(home, group),
  };
}

async function memoryOf(home: string, name: string): Promise<number> {
  const { parts = [] } = (await askControl<{ parts: PartReport[] }>(home, 'status')) ?? {};
  return parts.find((part) => part.name === name)?.memory_mb ?? 0;
}
