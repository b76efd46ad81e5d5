import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { identify } from '@shopverse/local/supervisor/processes';
import { endStacksIn } from '../runner/end-stacks.ts';
import { run } from '../runner/command.ts';
import { sum } from '../runner/tally.ts';

describe('the test runner', () => {
  it('ends with a failure, and says so in its last line, when asked for a stage that is not there', async () => {
    const file = join(import.meta.dirname, '../run.ts');
    const [code, output] = await new Promise<[unknown, string]>((resolve) => {
      execFile(process.execPath, [file, 'unti'], (error, stdout) => resolve([error?.code, stdout]));
    });
    expect(code).toBe(1);
    expect(output.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
  });

  it('collects what a quiet command writes', async () => {
    const ending = await run(process.execPath, ['-e', 'console.log("out"); console.error("err")'], { limitMs: 20_000, quiet: true });
    expect(ending).toMatchObject({ ok: true, output: expect.stringContaining('out') });
    expect(ending.output).toContain('err');
  });

  it('counts a command that fails, or is not there, as failed', async () => {
    expect((await run(process.execPath, ['-e', 'process.exit(3)'], { limitMs: 20_000, quiet: true })).ok).toBe(false);
    expect(await run('/nowhere', [], { limitMs: 20_000, quiet: true })).toMatchObject({
      ok: false,
      output: expect.stringContaining('ENOENT'),
    });
  });

  it('ends a command that takes too long, with the processes it started', async () => {
    const script = "require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' }); setInterval(() => {}, 1000)";
    const ending = await run(process.execPath, ['-e', script], { limitMs: 500, quiet: true });
    // The pipes close only when both are gone.
    expect(ending).toMatchObject({ ok: false, output: expect.stringContaining('was not done after 0.5 s') });
  });

  it('ends the servers of a stack whose tests were killed, and nobody else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shopverse-runner-'));
    const [left, other] = [0, 1].map(() => spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })) as [ChildProcess, ChildProcess];
    try {
      const parts = { kafka: identify(left.pid ?? 0), mail: { pid: other.pid, startTicks: 'of another process with this pid' } };
      await mkdir(join(folder, 'home/run'), { recursive: true });
      await writeFile(join(folder, 'home/run/processes.json'), JSON.stringify({ supervisor: { pid: 1, startTicks: '' }, parts }));
      await writeFile(join(folder, 'report.json'), '{}');
      await endStacksIn(folder);
      await eventually('the end', async () => left.signalCode ?? undefined);
      expect([left.signalCode, other.signalCode, other.exitCode]).toEqual(['SIGTERM', null, null]);
    } finally {
      left.kill('SIGKILL');
      other.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });

  it('adds up what passed and failed', () => {
    expect(
      sum([
        { passed: 2, failed: 0 },
        { passed: 1, failed: 3 },
      ]),
    ).toEqual({ passed: 3, failed: 3 });
  });
});
