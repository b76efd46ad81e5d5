import { describe, expect, it } from '@jest/globals';
import { nextTry } from './mail-retry.ts';

const policy = { maxTries: 4, initialMs: 1_000, maxMs: 3_000 };
const now = new Date('2026-03-01T00:00:00Z');
const wait = (tries: number, random: number) => {
  const next = nextTry({ tries, permanent: false }, policy, now, random);
  return next.state === 'QUEUED' ? next.dueAt.getTime() - now.getTime() : next.state;
};

describe('a mail that was not taken', () => {
  it('is tried again after a wait that doubles up to its limit', () => {
    expect([1, 2, 3].map((tries) => wait(tries, 1))).toEqual([1_000, 2_000, 3_000]);
  });

  it('waits at least half of that', () => {
    expect([1, 2, 3].map((tries) => wait(tries, 0))).toEqual([500, 1_000, 1_500]);
  });

  it('is given up after its last try', () => {
    expect(wait(4, 0)).toBe('FAILED');
  });

  it('is given up at once when the server will never take it', () => {
    expect(nextTry({ tries: 1, permanent: true }, policy, now, 0)).toEqual({ state: 'FAILED' });
  });
});
