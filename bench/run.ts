/** `npm run bench -- <name> [--quick] [--json]`: measures, and prints a table or JSON. `events` also takes `--events N`, `recommendation` `--csv FILE`. */
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue.ts';
import { checkout } from './checkout.ts';
import { edge } from './edge.ts';
import { events } from './events.ts';
import { foundation } from './foundation.ts';
import { mesh } from './mesh.ts';
import { recommendation } from './recommendation.ts';
import { benchResult, table, type Metric } from './result.ts';

interface BenchOptions {
  readonly quick: boolean;
  /** How large a backlog is, for `events`. */
  readonly events?: number | undefined;
  /** A purchase history, for `recommendation`. */
  readonly csv?: string | undefined;
}

const benchmarks: Readonly<Record<string, (options: BenchOptions) => Promise<Metric[]>>> = {
  catalogue,
  checkout,
  edge,
  events,
  foundation,
  mesh,
  recommendation,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    events: { type: 'string' },
    csv: { type: 'string' },
  },
});
const [name = ''] = positionals;
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  process.stderr.write(`Say what to measure: npm run bench -- ${Object.keys(benchmarks).join(' | ')} [--quick] [--json].\n`);
  process.exit(1);
}
const backlog = values.events === undefined ? undefined : Number(values.events);
if (backlog !== undefined && !(Number.isInteger(backlog) && backlog >= 100 && backlog <= 10_000_000)) {
  process.stderr.write('--events is a whole number from 100 to 10000000: how large a backlog is.\n');
  process.exit(1);
}
if (!values.json) process.stderr.write(`Measuring ${name} on processes of its own${values.quick ? '' : ', which takes some minutes'}.\n`);
const result = benchResult(name, await benchmark({ quick: values.quick, events: backlog, csv: values.csv }));
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(result));
process.exit();
