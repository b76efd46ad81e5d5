import { availableParallelism } from 'node:os';
import { run } from './command.ts';
import type { Tally } from './tally.ts';

/** Scripts of package.json that look at the code without running it. Each counts as one test. */
const checks = ['lint', 'format:check', 'types', 'imports', 'contracts'];

const limitMs = 3 * 60_000;

/** Runs the static checks, as many at once as there are cores. What a check finds is shown when it fails. */
export async function runStaticChecks(): Promise<Tally> {
  const waiting = [...checks];
  const tally = { passed: 0, failed: 0 };
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { ok, output, ms } = await run('npm', ['run', '--silent', check], { limitMs, quiet: true, env: { NO_COLOR: '1' } });
      tally[ok ? 'passed' : 'failed']++;
      console.log(`${ok ? 'PASS' : 'FAIL'} ${check} (${(ms / 1000).toFixed(1)} s)${ok ? '' : `\n${output}`}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return tally;
}
