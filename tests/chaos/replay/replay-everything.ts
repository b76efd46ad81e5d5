import { openStores } from '@shopverse/local/audit/stores';
import type { Verdict } from '@shopverse/local/audit/findings';
import { asOperator } from '@shopverse/local/events/operator';
import { askControl } from '@shopverse/local/supervisor/control';
import { topics } from '@shopverse/contracts/event-types';
import type { Kafka } from '@shopverse/mesh/events/kafka';
import { DeadLetterBook } from '@shopverse/mesh/events/operations/dead-letter-book';
import { groupsOf } from '@shopverse/mesh/events/operations/lag';
import { admin, theStack } from '../../customer.ts';
import { chaosCheckout } from '../checkout.ts';
import { cleanAudit, isClean } from '../clean-audit.ts';
import { untilAtRest } from './at-rest.ts';
import { drain, type Drained } from './drain.ts';
import { changesBetween, footprintOf } from './footprint.ts';
import { lookAround } from './look-around.ts';
import { multiplyTopics } from './multiply-topics.ts';

/** How much is replayed. */
export interface ReplayOptions {
  /** Messages that the topics hold at least when it begins. */
  readonly events: number;
  /** How long the shop is used before, so that there is something to replay. */
  readonly seconds: number;
  readonly seed: number;
  /** Told how it goes. */
  readonly progress: (line: string) => void;
}

/** What came of it. */
export interface ReplayReport {
  readonly seed: number;
  readonly orders: number;
  /** Messages in all topics, and how many different ones. */
  readonly messages: number;
  readonly distinct: number;
  readonly groups: readonly Drained[];
  /** Events that somebody sent because of it. */
  readonly sent_again: number;
  readonly dead_letters: number;
  /** Tables, collections and figures that are not what they were. */
  readonly changes: readonly string[];
  readonly audit: readonly Verdict[];
  readonly ok: boolean;
}

/** Pieces of each product: none is sold out. */
const MANY = 100_000;
/** Longest time for the audit to have nothing in flight any more, in milliseconds. */
const AUDIT_PATIENCE_MS = 600_000;
/** People who look around beside those who buy. */
const VIEWERS = 2;

/**
 * Uses a shop for a while, has its topics hold everything so often that it is `events` messages, and has every consumer handle all of them from the
 * beginning: nothing may change by that.
 */
export async function replayEverything({ events, seconds, seed, progress }: ReplayOptions): Promise<ReplayReport> {
  const stack = await theStack();
  const home = stack.home.folder;
  const stop = AbortSignal.timeout(seconds * 1_000);
  const looking = Promise.all(Array.from({ length: VIEWERS }, () => lookAround(stop)));
  const load = await chaosCheckout({ seconds, seed, stock: MANY, disturb: async () => [] });
  await looking;
  if (!load.ok) throw new Error(`The shop was not well before anything was replayed: ${JSON.stringify(load)}`);
  const stores = await openStores(stack.addresses);
  const rest = (kafka: Kafka) => untilAtRest(kafka, stores, stack.addresses.mongodb('notification'));
  try {
    return await asOperator(async ({ kafka }) => {
      const boss = await admin();
      await rest(kafka);
      const to = new Date().toISOString();
      const before = await footprintOf(stores, stack, boss, to);
      const groups = await groupsOf(kafka);
      for (const group of groups) await askControl(home, 'stop', group, 60_000);
      const { messages, distinct } = await multiplyTopics(kafka, topics, events);
      progress(`${messages} messages, ${distinct} different ones`);
      const ends = await endsOf(kafka, topics);
      const drained: Drained[] = [];
      for (const group of groups) {
        const one = await drain(home, kafka, group);
        drained.push(one);
        progress(shown(one));
      }
      await rest(kafka);
      const sentAgain = (await endsOf(kafka, topics)) - ends;
      const book = new DeadLetterBook(kafka);
      const letters = await Promise.all(groups.map((group) => book.list(group, { limit: 100 })));
      const deadLetters = letters.flat().length;
      const audit = await cleanAudit(stores, AUDIT_PATIENCE_MS);
      const changes = changesBetween(before, await footprintOf(stores, stack, await admin(), to));
      return {
        seed,
        orders: load.orders,
        messages,
        distinct,
        groups: drained,
        sent_again: sentAgain,
        dead_letters: deadLetters,
        changes,
        audit,
        ok: changes.length + sentAgain + deadLetters === 0 && isClean(audit),
      };
    });
  } finally {
    await stores.close();
  }
}

/** How many messages were ever written to the topics. */
const endsOf = async (kafka: Kafka, names: readonly string[]): Promise<number> =>
  (await kafka.ranges(names)).reduce((sum, { next }) => sum + Number(next), 0);

const shown = ({
  group,
  messages,
  seconds,
  events_per_second: speed,
  memory_mb_at_a_tenth: early,
  memory_mb_at_the_end: late,
}: Drained): string => `${group}: ${messages} in ${seconds} s, ${speed} events/s, ${early} MB at a tenth, ${late} MB at the end`;
