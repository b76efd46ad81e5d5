import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStacksIn } from './end-stacks.ts';
import { run } from './command.ts';
import type { Tally } from './tally.ts';

/** The part of Jest's --json report that counts. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * Runs the tests of one project of jest.config.js. A file that could not run counts as a failed test, and so does a project that has no
 * test, is not done after `limitMs`, or ends in failure for any other reason. What it leaves behind (its folders, and servers when it was cut off) is
 * removed.
 */
export async function runJestProject(project: string, limitMs: number, options: readonly string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-tests-'));
  await chmod(folder, 0o711); // PostgreSQL runs as somebody else when the tests run as root.
  const file = join(folder, 'report.json');
  try {
    const cache = join(tmpdir(), 'shopverse-jest-cache');
    const jest = ['--ci', '--json', `--outputFile=${file}`, `--cacheDirectory=${cache}`, '--selectProjects', project, ...options];
    const { ok } = await run('npm', ['--silent', 'run', 'jest', '--', ...jest], { limitMs, env: { TMPDIR: folder } });
    const report = (await readFile(file, 'utf8')
      .then(JSON.parse)
      .catch(() => undefined)) as Report | undefined;
    const passed = report?.numPassedTests ?? 0;
    const failed = (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0);
    if (passed + failed === 0) console.error(`No test ran in the project ${project}.`);
    return { passed, failed: failed === 0 && (!ok || passed === 0) ? 1 : failed };
  } finally {
    await endStacksIn(folder);
    await rm(folder, { recursive: true, force: true });
  }
}
