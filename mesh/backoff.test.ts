import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs, sleep } from './backoff.ts';

describe('backoff', () => {
  it('stays between nothing and its ceiling, which doubles up to the longest wait', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const waited = backoffMs(attempt, { initialMs: 100, maxMs: 5_000, random: () => random });
        expect(waited).toBeGreaterThanOrEqual(0);
        expect(waited).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** attempt));
      }),
    );
  });

  it('is jittered over the whole range', () => {
    expect([0, 0.5, 0.999].map((random) => backoffMs(3, { initialMs: 100, maxMs: 5_000, random: () => random }))).toEqual([0, 400, 799]);
  });
});

describe('sleep', () => {
  it('ends at once when its signal aborts, without an error', async () => {
    const abort = new AbortController();
    const slept = sleep(60_000, abort.signal);
    abort.abort();
    await expect(slept).resolves.toBe(false);
    await expect(sleep(60_000, abort.signal)).resolves.toBe(false);
    await expect(sleep(1)).resolves.toBe(true);
  });
});
