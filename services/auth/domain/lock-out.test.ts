import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, isUndecided, judgeTry, lockedForMs, lockOutMs, takeBack, type LockOutPolicy, type LoginFailures } from './lock-out.ts';

const policy: LockOutPolicy = { freeTries: 5, firstMs: 30_000, maxMs: 900_000, forgetMs: 86_400_000 };
const start = new Date('2026-01-01T00:00:00Z');
const policies = fc.record({
  freeTries: fc.integer({ min: 1, max: 10 }),
  firstMs: fc.integer({ min: 1, max: 60_000 }),
  maxMs: fc.integer({ min: 60_000, max: 3_600_000 }),
  forgetMs: fc.integer({ min: 3_600_001, max: 100_000_000 }),
});

describe('the lock-out', () => {
  it.each([
    [1, 0],
    [4, 0],
    [5, 30_000],
    [6, 60_000],
    [7, 120_000],
    [9, 480_000],
    [10, 900_000],
    [10_000, 900_000],
  ])('after %i failures lasts %i ms', (failures, ms) => {
    expect(lockOutMs(failures, policy)).toBe(ms);
  });

  it('never shrinks with more failures and never passes its maximum', () => {
    fc.assert(
      fc.property(policies, fc.nat(100_000), (any, failures) => {
        expect(lockOutMs(failures + 1, any)).toBeGreaterThanOrEqual(lockOutMs(failures, any));
        expect(lockOutMs(failures, any)).toBeLessThanOrEqual(any.maxMs);
      }),
    );
  });

  it('looks at no try before its time, and refused tries change nothing', () => {
    const locked: LoginFailures = { failures: 5, inFlight: 0, lastTriedAt: start, lockedUntil: new Date(start.getTime() + 30_000) };
    expect(judgeTry(locked, new Date(start.getTime() + 29_999), policy)).toEqual({ kind: 'LOCKED_OUT', retryAfterMs: 1 });
    expect(judgeTry(locked, new Date(start.getTime() + 30_000), policy)).toMatchObject({ kind: 'ALLOWED', counted: { failures: 6 } });
    expect(lockedForMs(locked, start)).toBe(30_000);
    expect(lockedForMs(undefined, start)).toBe(0);
  });

  it('is forgotten after a while without a try', () => {
    const before: LoginFailures = { failures: 9, inFlight: 0, lastTriedAt: start, lockedUntil: start };
    const verdict = judgeTry(before, new Date(start.getTime() + policy.forgetMs), policy);
    expect(verdict).toMatchObject({ kind: 'ALLOWED', counted: { failures: 1 } });
  });

  it('is forgiven by time where that is the policy, one failure after the other', () => {
    const forgiving = { ...policy, forgiveMs: 60_000 };
    const before: LoginFailures = { failures: 4, inFlight: 0, lastTriedAt: start, lockedUntil: start };
    const at = (ms: number, any: LockOutPolicy) => judgeTry(before, new Date(start.getTime() + ms), any);
    expect(at(120_000, forgiving)).toMatchObject({
      kind: 'ALLOWED',
      counted: { failures: 3, lockedUntil: new Date(start.getTime() + 120_000) },
    });
    expect(at(0, forgiving)).toMatchObject({ counted: { failures: 5, lockedUntil: new Date(start.getTime() + 30_000) } });
    expect(at(120_000, policy)).toMatchObject({ counted: { failures: 5 } });
  });

  it('is as before after tries that were counted and taken back, however many and in whichever order they end', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 9 }), fc.nat(9), (any, free, wrong) => {
        const roomy = { ...any, freeTries: free + 1 };
        let counted: LoginFailures = { failures: 0, inFlight: 0, lastTriedAt: start, lockedUntil: start };
        for (let tries = 0; tries < free; tries += 1) {
          const verdict = judgeTry(counted, start, roomy);
          if (verdict.kind === 'ALLOWED') counted = verdict.counted;
        }
        expect(counted).toMatchObject({ failures: free, inFlight: free });
        const failed = Math.min(wrong, free);
        for (let tries = 0; tries < free; tries += 1) counted = tries < failed ? decide(counted) : takeBack(counted, roomy);
        expect(counted).toMatchObject({ failures: failed, inFlight: 0 });
        expect(isUndecided(counted, start)).toBe(false);
      }),
    );
  });

  it('may be over any moment while a try is undecided, but not for ever', () => {
    const counted: LoginFailures = { failures: 5, inFlight: 1, lastTriedAt: start, lockedUntil: new Date(start.getTime() + 30_000) };
    expect([0, 9_999, 10_000].map((ms) => isUndecided(counted, new Date(start.getTime() + ms)))).toEqual([true, true, false]);
  });

  it('bounds the guesses of any attacker, however the tries are spread: after the free ones, each costs the lock-out of the one before', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.nat(120_000), { maxLength: 200 }), (any, pauses) => {
        let before: LoginFailures | undefined;
        let now = start.getTime();
        let owedMs = 0;
        for (const pause of pauses) {
          now += pause;
          const verdict = judgeTry(before, new Date(now), any);
          if (verdict.kind === 'LOCKED_OUT') {
            expect(verdict.retryAfterMs).toBeLessThanOrEqual(any.maxMs);
            continue;
          }
          expect(now - (before?.lastTriedAt.getTime() ?? now)).toBeGreaterThanOrEqual(owedMs);
          owedMs = lockOutMs(verdict.counted.failures, any);
          before = verdict.counted;
        }
      }),
    );
  });
});
