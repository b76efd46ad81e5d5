/**
 * Runs all tests: `npm test`, or some: `npm test -- static unit`. The stages are "static" (the checks of package.json's `check`), "unit",
 * "integration" (real servers, one service) and "end-to-end" (all services, through the edge). Ends with one line, "N passed, N failed",
 * and with exit code 1 when anything failed.
 */
import { run } from './runner/command.ts';
import { runJestProject } from './runner/jest-project.ts';
import { runStaticChecks } from './runner/static-checks.ts';
import { sum } from './runner/tally.ts';
import type { Tally } from './runner/tally.ts';

const minutes = 60_000;

/** What a failed test left open must not hold up the count of the others. */
const TO_THE_END = '--forceExit';
/** Each file has servers of its own, and waits for them more than it works: two at a time take two thirds of the time of one. */
const TWO_AT_A_TIME = ['--maxWorkers=2', TO_THE_END];
/** All files share one stack, and some kill parts of it. */
const ONE_AT_A_TIME = ['--runInBand', TO_THE_END];

/** Every stage, in order: cheap ones first. The limits are for a machine that builds Jaeger at the same time; without, the stages take half of that. */
const stages: Readonly<Record<string, () => Promise<Tally>>> = {
  static: runStaticChecks,
  unit: () => runJestProject('unit', 10 * minutes, []),
  integration: () => runJestProject('integration', 25 * minutes, TWO_AT_A_TIME),
  'end-to-end': () => runJestProject('end-to-end', 20 * minutes, ONE_AT_A_TIME),
};

async function main(wanted: readonly string[]): Promise<Tally> {
  const unknown = wanted.find((name) => !(name in stages));
  if (unknown !== undefined) {
    console.error(`There is no stage "${unknown}"; there are ${Object.keys(stages).join(', ')}.`);
    return { passed: 0, failed: 1 };
  }
  const generation = await run('npm', ['run', '--silent', 'generate'], { limitMs: 2 * minutes });
  if (!generation.ok) return { passed: 0, failed: 1 };
  const tallies: Tally[] = [];
  const withServers = wanted.length === 0 || wanted.some((name) => name === 'integration' || name === 'end-to-end');
  // Fetching the servers (and building Jaeger, minutes, once a machine) goes on beside the stages that need none.
  const servers = withServers ? run('node', ['local/bin/shopverse.js', 'fetch'], { limitMs: 20 * minutes, quiet: true }) : undefined;
  for (const [name, stage] of Object.entries(stages)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n# ${name}`);
    if (name === 'end-to-end' && servers !== undefined) {
      const { ok, output } = await servers;
      if (!ok) console.error(output);
    }
    tallies.push(await stage());
  }
  return sum(tallies);
}

const { passed, failed } = await main(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
