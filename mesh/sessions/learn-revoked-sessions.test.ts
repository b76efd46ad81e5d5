import { describe, expect, it } from '@jest/globals';
import { learner, type Look } from './learn-revoked-sessions.ts';
import { RevokedSessions, type RevokedSession } from './revoked-sessions.ts';

const HOUR_MS = 3_600_000;
const session = (sessionId: string, revokedAt: number): RevokedSession => ({
  sessionId,
  revokedAt: new Date(revokedAt),
  expiresAt: new Date(revokedAt + HOUR_MS),
});

/** A list as the auth service gives it, page by page. */
function listOf(all: RevokedSession[], pageSize: number): { look: Look; asked: (number | undefined)[] } {
  const asked: (number | undefined)[] = [];
  const look: Look = async (since) => {
    asked.push(since?.getTime());
    const sessions = all.filter(({ revokedAt }) => since === undefined || revokedAt >= since).slice(0, pageSize);
    return { sessions, truncated: sessions.length === pageSize };
  };
  return { look, asked };
}

describe('learning which sessions were ended', () => {
  it('goes through all pages', async () => {
    const all = Array.from({ length: 25 }, (_, index) => session(`s${index}`, index * 1_000));
    const sessions = new RevokedSessions();
    await learner(sessions, listOf(all, 10).look, () => 0)();
    expect(all.every(({ sessionId }) => sessions.has(sessionId))).toBe(true);
  });

  it('goes on where it ended, and a little before: what was committed late is not missed', async () => {
    const all = [session('a', 50_000)];
    const { look, asked } = listOf(all, 10);
    const sessions = new RevokedSessions();
    const learn = learner(sessions, look, () => 0);
    await learn();
    all.unshift(session('late', 45_000));
    await learn();
    expect(asked).toEqual([undefined, 40_000]);
    expect(sessions.has('late')).toBe(true);
  });

  it('ends even when more were ended at one moment than fit a page', async () => {
    const all = Array.from({ length: 20 }, (_, index) => session(`s${index}`, 7_000));
    const { look, asked } = listOf(all, 10);
    await learner(new RevokedSessions(), look, () => 0)();
    expect(asked).toEqual([undefined, 7_000]);
  });
});
