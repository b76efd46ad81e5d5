import type { Kysely } from 'kysely';
import type { Client } from 'pg';
import { percentile } from '../median.ts';
import type { Metric } from '../result.ts';

/** A statement that kysely can write out. */
export interface Compilable {
  compile(database: Kysely<unknown>): Statement;
}

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A statement, or what makes one of the rows of the statement before. */
type Step = Compilable | ((rows: readonly object[]) => Compilable);

/** A question to the service, and the statements that it asks PostgreSQL for the answer. */
export interface Read {
  readonly name: string;
  readonly ask: (index: number) => Promise<unknown>;
  readonly statements: (index: number) => readonly Step[];
}

/** What the service may take: this often PostgreSQL's own time, and so many milliseconds for the call. */
const FACTOR = 1.5;
const CALL_MS = 2;
const WARM_UP = 20;

/** Asks the service and PostgreSQL in turns; both answer over the network to this process. */
export async function besides(
  raw: Client,
  compile: (query: Compilable) => Statement,
  { name, ask, statements }: Read,
  rounds: number,
): Promise<Metric[]> {
  const [service, postgres]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    const asked = await timed(() => ask(round));
    const alone = await rawTime(raw, compile, statements(round));
    if (round < WARM_UP) continue;
    service.push(asked);
    postgres.push(alone);
  }
  const at = (p: number) => ({ value: percentile(service, p), baseline: percentile(postgres, p) });
  const { value, baseline } = at(0.95);
  const goal = `<= ${((FACTOR * baseline + CALL_MS) / baseline).toFixed(2)}`;
  return [
    { metric: `${name}_p50_ms`, ...at(0.5), unit: 'ms', runs: 1 },
    { metric: `${name}_p95_ms`, value, baseline, unit: 'ms', goal: `<= ${(FACTOR * baseline + CALL_MS).toFixed(2)}`, runs: 1 },
    { metric: `${name}_p95_ratio`, value: value / baseline, ratio: value / baseline, unit: 'x', baseline, goal, runs: 1, plan: await plansOf(raw, compile, statements(0)) },
  ]; // prettier-ignore
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Only the statements' own time: writing them out is the service's work. */
async function rawTime(raw: Client, compile: (query: Compilable) => Statement, steps: readonly Step[]): Promise<number> {
  let [ms, rows]: [number, readonly object[]] = [0, []];
  for (const step of steps) {
    const { sql: text, parameters } = compile(typeof step === 'function' ? step(rows) : step);
    ms += await timed(async () => ({ rows } = await raw.query<object>({ text, values: [...parameters] })));
  }
  return ms;
}

async function plansOf(raw: Client, compile: (query: Compilable) => Statement, steps: readonly Step[]): Promise<string[]> {
  let rows: readonly object[] = [];
  const lines: string[] = [];
  for (const step of steps) {
    const { sql: text, parameters } = compile(typeof step === 'function' ? step(rows) : step);
    const plan = await raw.query<{ 'QUERY PLAN': string }>({ text: `explain (analyze, buffers) ${text}`, values: [...parameters] });
    lines.push(...plan.rows.map((row) => row['QUERY PLAN']));
    ({ rows } = await raw.query<object>({ text, values: [...parameters] }));
  }
  return lines;
}
