/** `npm run chaos -- checkout|events|replay [--seconds N] [--seed S] [--events N] [--json]`: on a stack of its own; exit code 0 only when everything came right. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shopverse } from '../shop.ts';
import { chaosCheckout, type ChaosReport } from './checkout.ts';
import { replayEverything, type ReplayReport } from './replay/replay-everything.ts';
import { loadSeconds, outages, STRETCHES } from './outages.ts';
import { CHAOS_SETTINGS } from './settings.ts';

/** Pieces of each product, so many that there are some to the end. */
const MANY = 100_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, seed, events] = [values.seconds, values.seed, values.events].map(Number) as [number, number, number];
const [what] = positionals;
const within = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;
if (
  (what !== 'checkout' && what !== 'events' && what !== 'replay') ||
  !within(seconds, 5, 3_600) ||
  !within(events, 1, 100_000_000) ||
  !Number.isInteger(seed)
) {
  process.stderr.write(
    'Say what to disturb: npm run chaos -- checkout | events | replay [--seconds 5 to 3600] [--seed N] [--json], for replay [--events 1 to 100000000].\n',
  );
  process.exit(1);
}

const home = await mkdtemp(join(tmpdir(), 'shopverse-chaos-'));
await chmod(home, 0o755);
Object.assign(process.env, {
  SHOPVERSE_HOME: home,
  SHOPVERSE_PORTS: 'free',
  SHOPVERSE_JAEGER_URL: 'http://127.0.0.1:9',
  SHOPVERSE_OTLP_URL: 'http://127.0.0.1:9',
  SHOPVERSE_SERVICE_SETTINGS: what === 'replay' ? `${CHAOS_SETTINGS},notification.MAIL_MAX_PER_HOUR=10000` : CHAOS_SETTINGS,
});
const progress = (line: string) => void (values.json || process.stderr.write(`${line}\n`));
const DURATIONS = {
  checkout: `${seconds} s`,
  events: `${STRETCHES} times ${seconds} s`,
  replay: `${seconds} s, then ${events} events again,`,
};
progress(`Disturbing ${what} on a stack of its own for ${DURATIONS[what]} seed ${seed}.`);
let report: ChaosReport | ReplayReport;
try {
  const { code, output } = await shopverse(['up', '--detach'], { timeoutMs: 8 * 60_000 });
  if (code !== 0) throw new Error(`The stack did not start:\n${output}`);
  report =
    what === 'replay'
      ? await replayEverything({ events, seconds, seed, progress })
      : await chaosCheckout(
          what === 'events' ? { seconds: loadSeconds(seconds), seed, stock: MANY, disturb: outages(seconds) } : { seconds, seed },
        );
} finally {
  await shopverse(['down']);
  await rm(home, { recursive: true, force: true });
}
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : shown(report));
process.exit(report.ok ? 0 : 1);

function shown({ audit, ...report }: ChaosReport | ReplayReport): string {
  const figures = Object.entries(report).filter(([, value]) => !Array.isArray(value));
  const killed =
    'kills' in report
      ? [
          `kills          ${report.kills.length}: ${report.kills.map(({ part, atMs, awayMs }) => `${part} at ${(atMs / 1000).toFixed(1)} s${awayMs === undefined ? '' : ` for ${(awayMs / 1000).toFixed(1)} s`}`).join(', ')}`,
        ]
      : [];
  return [
    ...figures.map(([name, value]) => `${name.padEnd(14)} ${value}`),
    ...killed,
    ...audit.map(
      ({ id, holds, figure, offenders }) =>
        `${holds ? '✓' : '✗'} ${id.padEnd(17)} ${figure}${offenders.map((one) => `\n    ${one.id}: ${one.why}`).join('')}`,
    ),
    ...('changes' in report ? report.changes : report.surprises),
    '',
  ].join('\n');
}
