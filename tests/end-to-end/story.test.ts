import { describe, expect, it } from '@jest/globals';
import type { DemoReport } from '@shopverse/local/demo/run-demo';
import { eventually } from '@shopverse/local/demo/eventually';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import { shopverse, shopverseJson } from '../shop.ts';

const MINUTE = 60_000;

describe('the stack', () => {
  it(
    'is up, every part of it',
    async () => {
      const { parts } = await eventually(
        'every part',
        async () => {
          const report = await shopverseJson<{ parts: PartReport[] }>(['status']);
          return report.code === 0 ? report : undefined;
        },
        { timeoutMs: 2 * MINUTE, intervalMs: 1_000 },
      );
      expect(parts.map(({ name }) => name).sort()).toEqual(
        [
          'analytics',
          'auth',
          'clickhouse',
          'discovery',
          'edge',
          'jaeger',
          'kafka',
          'mail',
          'mongodb',
          'notification',
          'order',
          'payment',
          'postgres',
          'product',
          'recommendation',
          'sandbox',
          'user',
        ].sort(),
      );
      for (const part of parts)
        expect(part).toMatchObject({
          state: 'ready',
          pid: expect.any(Number),
          memory_mb: expect.any(Number),
          address: expect.stringMatching(/\d/),
        });
    },
    3 * MINUTE,
  );

  it(
    "plays a customer's whole story, from the REST call to the last consumer, in one trace",
    async () => {
      const report = await shopverseJson<DemoReport>(['demo'], { timeoutMs: 2 * MINUTE });
      expect(report.steps.filter(({ ok }) => !ok)).toEqual([]);
      expect(report).toMatchObject({ code: 0, ok: true, trace: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(report.steps.map(({ name }) => name)).toEqual([
        'register',
        'log in',
        'search the catalogue',
        'view a product',
        'place an order',
        'pay',
        'the order is confirmed',
        'the notification is in the inbox',
        'the mail is in the catcher',
        "the admin's analytics show the sale",
        'recommendations change',
        'the trace is in Jaeger',
      ]);
      expect(report.steps.at(-1)?.ids).toEqual({ trace: report.trace });
    },
    3 * MINUTE,
  );

  it('refuses to start twice, in one sentence', async () => {
    const { code, output } = await shopverse(['up', '--detach']);
    expect(code).toBe(1);
    expect(output).toBe('The stack runs already: see npx shopverse status.\n');
  });

  it('shows logs, and says which there are when asked for another', async () => {
    expect((await shopverse(['logs', 'order', '-n', '5'])).output).toMatch(/call|serving/);
    const { code, output } = await shopverse(['logs', 'nothing']);
    expect([code, output]).toEqual([1, expect.stringMatching(/^nothing has no log here; these have: .*order.*\.\n$/)]);
  });
});
