import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeRefresh, refreshTokenExpiry, type RefreshTokenState, type SessionState } from './session.ts';

const now = new Date('2026-01-01T12:00:00Z');
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);
const live: SessionState = { expiresAt: after, revokedAt: undefined };
const fresh: RefreshTokenState = { expiresAt: after, usedAt: undefined };

describe('a refresh token', () => {
  it.each<[string, RefreshTokenState, SessionState, string]>([
    ['fresh one of a live session', fresh, live, 'ROTATE'],
    ['used one of a live session', { ...fresh, usedAt: before }, live, 'REVOKE_SESSION'],
    ['one used at this very moment', { ...fresh, usedAt: now }, live, 'REVOKE_SESSION'],
    ['used and expired one of a live session', { expiresAt: before, usedAt: before }, live, 'REVOKE_SESSION'],
    ['expired one', { ...fresh, expiresAt: now }, live, 'REFUSE'],
    ['fresh one of a revoked session', fresh, { ...live, revokedAt: before }, 'REFUSE'],
    ['used one of a revoked session', { ...fresh, usedAt: before }, { ...live, revokedAt: before }, 'REFUSE'],
    ['fresh one of an expired session', fresh, { ...live, expiresAt: now }, 'REFUSE'],
  ])('that is a %s', (_which, token, session, verdict) => {
    expect(judgeRefresh(token, session, now)).toBe(verdict);
  });

  it('never outlives its session', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.nat(10 ** 10), (expiresAt, ttlMs) => {
        const expiry = refreshTokenExpiry({ expiresAt, revokedAt: undefined }, now, ttlMs);
        expect(expiry.getTime()).toBeLessThanOrEqual(expiresAt.getTime());
        expect(expiry.getTime()).toBeLessThanOrEqual(now.getTime() + ttlMs);
      }),
    );
  });

  it('can be shown in any order and any number of times: at most one session follows from each, and a second showing ends the session', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }), (shown) => {
        const tokens: RefreshTokenState[] = [fresh];
        let session = live;
        for (const index of shown) {
          const token = tokens[index];
          if (token === undefined) continue;
          const verdict = judgeRefresh(token, session, now);
          if (session.revokedAt !== undefined) expect(verdict).toBe('REFUSE');
          else expect(verdict).toBe(index === tokens.length - 1 ? 'ROTATE' : 'REVOKE_SESSION');
          if (verdict === 'ROTATE') {
            tokens[index] = { ...token, usedAt: now };
            tokens.push(fresh);
          }
          if (verdict === 'REVOKE_SESSION') session = { ...session, revokedAt: now };
        }
        expect(tokens.filter((token) => token.usedAt === undefined)).toHaveLength(1);
      }),
    );
  });
});
