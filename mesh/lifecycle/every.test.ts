import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { sleep } from '../backoff.ts';
import { every, type EveryOptions } from './every.ts';

/** Runs a job of `tookMs` until it ran `count` times; answers the pauses between its runs, in milliseconds. */
async function pauses(options: EveryOptions, tookMs: number, count: number): Promise<number[]> {
  const stopping = new AbortController();
  let stopped: (() => Promise<unknown>) | undefined;
  const service = {
    log: pino({ level: 'silent' }),
    signal: stopping.signal,
    onStop: (_phase: string, _name: string, stop: () => Promise<unknown>) => void (stopped = stop),
  };
  const ends: number[] = [];
  const found: number[] = [];
  await new Promise<void>((resolve) => {
    every(service, 'job', options, async () => {
      const last = ends.at(-1);
      if (last !== undefined) found.push(performance.now() - last);
      await sleep(tookMs);
      ends.push(performance.now());
      if (ends.length === count) resolve();
    });
  });
  stopping.abort();
  await stopped?.();
  return found;
}

describe('a job', () => {
  it('pauses for its interval between two runs, less up to a tenth', async () => {
    for (const pause of await pauses({ intervalMs: 50, atOnce: true }, 1, 4)) expect(pause).toBeGreaterThan(43);
  });

  it('rests after a long run, so that it keeps to its share of the time', async () => {
    for (const pause of await pauses({ intervalMs: 1, largestShare: 0.2 }, 30, 4)) expect(pause).toBeGreaterThan(4 * 29 - 2);
  });
});
