/** `npm run bench -- <name> [--quick] [--json]`: measures, and prints a table or JSON. `recommendation` also takes `--csv FILE`. */
import { parseArgs } from 'node:util';
import { checkout } from './checkout.ts';
import { edge } from './edge.ts';
import { foundation } from './foundation.ts';
import { mesh } from './mesh.ts';
import { recommendation } from './recommendation.ts';
import { benchResult, table, type Metric } from './result.ts';

interface BenchOptions {
  readonly quick: boolean;
  /** A purchase history, for `recommendation`. */
  readonly csv?: string | undefined;
}

const benchmarks: Readonly<Record<string, (options: BenchOptions) => Promise<Metric[]>>> = {
  checkout,
  edge,
  foundation,
  mesh,
  recommendation,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, csv: { type: 'string' } },
});
const [name = ''] = positionals;
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  process.stderr.write(`Say what to measure: npm run bench -- ${Object.keys(benchmarks).join(' | ')} [--quick] [--json].\n`);
  process.exit(1);
}
if (!values.json) process.stderr.write(`Measuring ${name} on processes of its own${values.quick ? '' : ', which takes some minutes'}.\n`);
const result = benchResult(name, await benchmark({ quick: values.quick, csv: values.csv }));
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(result));
process.exit();
