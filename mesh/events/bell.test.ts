import { describe, expect, it } from '@jest/globals';
import { Bell } from './bell.ts';

describe('a bell', () => {
  it('wakes who waits, at once', async () => {
    const bell = new Bell();
    const waiting = bell.wait(60_000);
    bell.ring();
    await expect(waiting).resolves.toBeUndefined();
  });

  it('remembers a ring that nobody heard, for one wait', async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    await bell.wait(60_000);
    const startedAt = performance.now();
    await bell.wait(30);
    expect(performance.now() - startedAt).toBeGreaterThan(25);
  });

  it('forgets a ring when it is told to, and only those before', async () => {
    const bell = new Bell();
    bell.ring();
    bell.silence();
    bell.ring();
    await bell.wait(60_000);
    bell.ring();
    bell.silence();
    let woken = false;
    const waiting = bell.wait(60_000).then(() => (woken = true));
    await new Promise(setImmediate);
    expect(woken).toBe(false);
    bell.ring();
    await waiting;
  });
});
