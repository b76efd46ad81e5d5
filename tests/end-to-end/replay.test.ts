import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { ReplayReport } from '../chaos/replay/replay-everything.ts';

const MINUTE = 60_000;

/** Runs the tool, which has a stack of its own: here others' orders would run out of time meanwhile, and what changes by that is not told from what a replay changes. */
async function replay(events: number): Promise<ReplayReport> {
  const tool = join(import.meta.dirname, '../chaos/run.ts');
  const { SHOPVERSE_HOME: _home, ...env } = process.env;
  const child = spawn(process.execPath, [tool, 'replay', '--events', String(events), '--seconds', '5', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 8 * MINUTE,
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as ReplayReport;
}

describe('everything that ever happened, handled again by every consumer, several times over', () => {
  it(
    'changes nothing',
    async () => {
      const report = await replay(20_000);
      expect(report).toMatchObject({ changes: [], sent_again: 0, dead_letters: 0, ok: true });
      expect(report.audit.filter(({ holds }) => !holds)).toEqual([]);
      expect(report.orders).toBeGreaterThan(0);
      expect(report.messages).toBeGreaterThanOrEqual(20_000);
      const groups = ['analytics', 'auth', 'notification', 'order', 'payment', 'product', 'recommendation'];
      expect(report.groups.map(({ group }) => group)).toEqual(groups);
      for (const { group, messages } of report.groups) expect([group, messages > 0]).toEqual([group, true]);
    },
    10 * MINUTE,
  );
});
