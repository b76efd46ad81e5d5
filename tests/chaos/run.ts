/** `npm run chaos -- checkout|events [--seconds N] [--seed S] [--json]`: on a stack of its own; exit code 0 only when everything came right. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shopverse } from '../shop.ts';
import { chaosCheckout, type ChaosReport } from './checkout.ts';
import { loadSeconds, outages, STRETCHES } from './outages.ts';
import { CHAOS_SETTINGS } from './settings.ts';

/** Pieces of each product, so many that there are some to the end. */
const MANY = 100_000;
/** Buyers while servers are away: all that they caused is told afterwards. */
const FEW = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const [what] = positionals;
if ((what !== 'checkout' && what !== 'events') || !Number.isInteger(seconds) || seconds < 5 || seconds > 3_600 || !Number.isInteger(seed)) {
  process.stderr.write('Say what to disturb: npm run chaos -- checkout | events [--seconds 5 to 3600] [--seed N] [--json].\n');
  process.exit(1);
}

const home = await mkdtemp(join(tmpdir(), 'shopverse-chaos-'));
await chmod(home, 0o755);
Object.assign(process.env, {
  SHOPVERSE_HOME: home,
  SHOPVERSE_PORTS: 'free',
  SHOPVERSE_JAEGER_URL: 'http://127.0.0.1:9',
  SHOPVERSE_OTLP_URL: 'http://127.0.0.1:9',
  SHOPVERSE_SERVICE_SETTINGS: CHAOS_SETTINGS,
});
if (!values.json)
  process.stderr.write(
    `Disturbing ${what} on a stack of its own for ${what === 'events' ? `${STRETCHES} times ${seconds}` : seconds} s, seed ${seed}.\n`,
  );
let report: ChaosReport;
try {
  const { code, output } = await shopverse(['up', '--detach'], { timeoutMs: 8 * 60_000 });
  if (code !== 0) throw new Error(`The stack did not start:\n${output}`);
  report = await chaosCheckout(
    what === 'events' ? { seconds: loadSeconds(seconds), seed, buyers: FEW, stock: MANY, disturb: outages(seconds) } : { seconds, seed },
  );
} finally {
  await shopverse(['down']);
  await rm(home, { recursive: true, force: true });
}
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : shown(report));
process.exit(report.ok ? 0 : 1);

function shown({ audit, kills, surprises, ...figures }: ChaosReport): string {
  return [
    ...Object.entries(figures).map(([name, value]) => `${name.padEnd(14)} ${value}`),
    `kills          ${kills.length}: ${kills.map(({ part, atMs, awayMs }) => `${part} at ${(atMs / 1000).toFixed(1)} s${awayMs === undefined ? '' : ` for ${(awayMs / 1000).toFixed(1)} s`}`).join(', ')}`,
    ...audit.map(
      ({ id, holds, figure, offenders }) =>
        `${holds ? '✓' : '✗'} ${id.padEnd(17)} ${figure}${offenders.map((one) => `\n    ${one.id}: ${one.why}`).join('')}`,
    ),
    ...surprises,
    '',
  ].join('\n');
}
