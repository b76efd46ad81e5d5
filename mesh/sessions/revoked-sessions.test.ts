import { describe, expect, it } from '@jest/globals';
import { RevokedSessions } from './revoked-sessions.ts';

const session = (sessionId: string, expiresAt: number) => ({ sessionId, revokedAt: new Date(0), expiresAt: new Date(expiresAt) });

describe('revoked sessions', () => {
  it('are known until their tokens have expired', () => {
    const sessions = new RevokedSessions();
    sessions.learn([session('a', 1_000), session('b', 2_000)], 0);
    expect([sessions.has('a'), sessions.has('b'), sessions.has('c')]).toEqual([true, true, false]);
    sessions.learn([], 1_000);
    expect([sessions.has('a'), sessions.has('b')]).toEqual([false, true]);
  });

  it('are learned once however often they are told of, and not when they are over', () => {
    const sessions = new RevokedSessions();
    sessions.learn([session('a', 1_000)], 0);
    sessions.learn([session('a', 1_000), session('old', 5)], 10);
    expect(sessions.size).toBe(1);
  });

  it('have a limit: the oldest are forgotten first', () => {
    const sessions = new RevokedSessions(2);
    sessions.learn([session('a', 1_000), session('b', 1_000), session('c', 1_000)], 0);
    expect([sessions.has('a'), sessions.has('b'), sessions.has('c')]).toEqual([false, true, true]);
  });
});
