/** `npm run bench -- <name> [--quick] [--json]`: measures, and prints a table or JSON. */
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue.ts';
import { checkout } from './checkout.ts';
import { edge } from './edge.ts';
import { foundation } from './foundation.ts';
import { mesh } from './mesh.ts';
import { benchResult, table, type Metric } from './result.ts';

const benchmarks: Readonly<Record<string, (options: { readonly quick: boolean }) => Promise<Metric[]>>> = {
  catalogue,
  checkout,
  edge,
  foundation,
  mesh,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const [name = ''] = positionals;
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  process.stderr.write(`Say what to measure: npm run bench -- ${Object.keys(benchmarks).join(' | ')} [--quick] [--json].\n`);
  process.exit(1);
}
if (!values.json) process.stderr.write(`Measuring ${name} on processes of its own${values.quick ? '' : ', which takes some minutes'}.\n`);
const result = benchResult(name, await benchmark({ quick: values.quick }));
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(result));
process.exit();
