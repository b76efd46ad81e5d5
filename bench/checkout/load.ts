import { sleep } from '@shopverse/mesh/backoff';
import { runToolForJson } from '../tool.ts';
import { cpuMicros } from '../process.ts';
import { buy, type Item } from './buy.ts';
import { untilSettled } from './settled.ts';
import type { Shop } from './shop.ts';
import { familiesCpuMs } from './stack-cpu.ts';
import { countStatements, less, scaled, type StatementCounts, type StatementText } from './statements.ts';

interface StatusJson {
  readonly parts: readonly { readonly name: string; readonly pid: number | null }[];
}

/** What is bought by how many. */
export interface LoadOptions {
  readonly buyers: number;
  /** Orders in all. */
  readonly orders: number;
  /** What the order with this number is about. */
  readonly items: (index: number) => readonly Item[];
  /** What goes on anyway, and is no part of an order. @default nothing */
  readonly idle?: Idle;
}

/** How a load went. */
export interface LoadResult {
  readonly confirmed: number;
  readonly outOfStock: number;
  /** Requests that were sent again, as the shop was too busy. */
  readonly retries: number;
  /** From the first request to the last confirmation, in seconds. */
  readonly seconds: number;
  /** Of each CreateOrder. */
  readonly createMs: readonly number[];
  /** CPU of each part until all that the orders caused had happened, less what it uses anyway, in milliseconds; and of this process. */
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly statements: StatementCounts;
  readonly texts: readonly StatementText[];
}

/** What the shop does when nobody buys, in a second. */
export interface Idle {
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly statements: StatementCounts;
}

/** Looks at the shop while nobody buys. */
export async function watchIdle(shop: Shop, env: Readonly<Record<string, string>>, ms: number): Promise<Idle> {
  await untilSettled(shop, env);
  const leaders = await leadersOf(env);
  const counting = await countStatements(shop.superuser('postgres'));
  const before = familiesCpuMs(leaders);
  const started = performance.now();
  await sleep(ms);
  const seconds = (performance.now() - started) / 1000;
  const after = familiesCpuMs(leaders);
  const statements = scaled(await counting.counts(), 1 / seconds);
  await counting.stop();
  return { cpuMs: new Map([...after].map(([name, at]) => [name, (at - (before.get(name) ?? 0)) / seconds])), statements };
}

/** Name of this process among the parts. */
export const LOAD_GENERATOR = 'load_generator';

const NOTHING: Idle = { cpuMs: new Map(), statements: { statements: 0, roundTrips: 0, nested: 0, byDatabase: {} } };

async function leadersOf(env: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, number>> {
  const { parts } = await runToolForJson<StatusJson>(['status'], env);
  return new Map(parts.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid] as const])));
}

/** Buyers who buy one thing after another until all orders are placed; each goes on when the order is confirmed. */
export async function runLoad(
  shop: Shop,
  env: Readonly<Record<string, string>>,
  { buyers, orders, items, idle = NOTHING }: LoadOptions,
): Promise<LoadResult> {
  const leaders = await leadersOf(env);
  const counting = await countStatements(shop.superuser('postgres'));
  const before = familiesCpuMs(leaders);
  const ownBefore = process.cpuUsage();
  const createMs: number[] = [];
  let [next, confirmed, outOfStock, retries] = [0, 0, 0, 0];
  const started = performance.now();
  await Promise.all(
    shop.buyers.slice(0, buyers).map(async (buyer) => {
      while (next < orders) {
        const purchase = await buy(shop, buyer, items(next++), () => (retries += 1));
        if (purchase.kind === 'out_of_stock') {
          outOfStock += 1;
        } else {
          confirmed += 1;
          createMs.push(purchase.createMs);
        }
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const own = cpuMicros(process.cpuUsage(ownBefore)) / 1000;
  await untilSettled(shop, env);
  const after = familiesCpuMs(leaders);
  const untilEnd = (performance.now() - started) / 1000;
  const cpuMs = new Map([...after].map(([name, ms]) => [name, ms - (before.get(name) ?? 0) - untilEnd * (idle.cpuMs.get(name) ?? 0)]));
  cpuMs.set(LOAD_GENERATOR, own);
  const [statements, texts] = [less(await counting.counts(), scaled(idle.statements, untilEnd)), await counting.texts()];
  await counting.stop();
  return { confirmed, outOfStock, retries, seconds, createMs, cpuMs, statements, texts };
}
