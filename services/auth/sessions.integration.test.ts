import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { newId } from '@shopverse/mesh/ids';
import { decodeJwt } from 'jose';
import { sql } from 'kysely';
import { forgetWhatEnded } from './jobs/forget-what-ended.ts';
import { listRevokedSessions } from './store/revoked-sessions.ts';
import { lifetimes, policy, openAuthScene, type AuthScene } from './testing/auth-scene.ts';
import { reasonOf } from './testing/refusal.ts';

let scene: AuthScene;
beforeAll(async () => {
  scene = await openAuthScene();
}, 60_000);
afterAll(() => scene.close());
afterEach(() => {
  scene.time.aheadMs = 0;
});

const password = 'a horse, a staple';
const newAccount = async () => {
  const email = `${newId()}@example.com`;
  const { userId } = await scene.auth.register({ email, fullName: 'Asha Rao', phone: '', password });
  return { email, userId };
};
const signIn = async () => {
  const account = await newAccount();
  const pair = await scene.auth.login({ email: account.email, password });
  return { ...account, pair, sessionId: String(decodeJwt(pair.accessToken)['sid']) };
};
const refresh = (refreshToken: string) => scene.auth.refreshToken({ refreshToken });
const typesOf = async (userId: string) => (await scene.events(userId)).map(({ type }) => type);

describe('refreshing', () => {
  it('exchanges a token for the next one of the same session', async () => {
    const { pair, sessionId, userId } = await signIn();
    const next = await refresh(pair.refreshToken);
    expect(next.refreshToken).not.toBe(pair.refreshToken);
    expect(decodeJwt(next.accessToken)).toMatchObject({ sub: userId, sid: sessionId });
    await expect(refresh(next.refreshToken)).resolves.toMatchObject({ userId });
    expect(await typesOf(userId)).toEqual(['UserRegistered', 'UserLoggedIn']);
  });

  it('of a used token ends the session: the newest token is good no longer either', async () => {
    const { pair, sessionId, userId } = await signIn();
    const next = await refresh(pair.refreshToken);
    for (const token of [pair.refreshToken, next.refreshToken, pair.refreshToken])
      expect(await reasonOf(refresh(token))).toBe('INVALID_REFRESH_TOKEN');
    const events = await scene.events(userId);
    expect(events.filter(({ type }) => type === 'SessionRevoked')).toEqual([
      {
        type: 'SessionRevoked',
        message: { userId, sessionId, revokedAt: expect.any(Date), reason: RevocationReason.REFRESH_TOKEN_REUSED },
      },
    ]);
  });

  it('is told to those who believe its access tokens, as long as one may be good', async () => {
    const [{ sessionId: ended, userId }, { sessionId: open }] = [await signIn(), await signIn()];
    const before = scene.clock();
    await scene.as({ userId, sessionId: ended }, () => scene.auth.logout({}));
    const list = async (since: Date | undefined, aheadMs = 0) => {
      const found = await scene.database.read((em) =>
        listRevokedSessions(em, { since, now: new Date(scene.clock().getTime() + aheadMs), tokenMs: 900_000, limit: 100 }),
      );
      return found.map(({ sessionId }) => sessionId);
    };
    expect(await list(before)).toEqual([ended]);
    expect(await list(undefined)).toContain(ended);
    expect(await list(undefined)).not.toContain(open);
    expect(await list(before, 901_000)).toEqual([]);
    const [told] = await scene.database.read((em) =>
      listRevokedSessions(em, { since: before, now: scene.clock(), tokenMs: 900_000, limit: 100 }),
    );
    expect((told?.expiresAt.getTime() ?? 0) - (told?.revokedAt.getTime() ?? 0)).toBe(900_000);
  });

  it('leaves other sessions of the account alone', async () => {
    const { pair, email } = await signIn();
    const other = await scene.auth.login({ email, password });
    await refresh(pair.refreshToken);
    expect(await reasonOf(refresh(pair.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    await expect(refresh(other.refreshToken)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('with one token many times at once gives one pair, and ends the session', async () => {
    const { pair, userId } = await signIn();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => refresh(pair.refreshToken)));
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(won).toHaveLength(1);
    expect(await reasonOf(refresh(won[0]?.refreshToken ?? ''))).toBe('INVALID_REFRESH_TOKEN');
    expect((await typesOf(userId)).filter((type) => type === 'SessionRevoked')).toHaveLength(1);
  });

  it.each([
    ['nobody was given', async () => 'never-issued'],
    ['that has expired', async () => { const { pair } = await signIn(); scene.time.aheadMs = lifetimes.refreshTokenMs + 1_000; return pair.refreshToken; }],
    ['of a session that has reached its end', async () => {
      const { pair } = await signIn();
      scene.time.aheadMs = lifetimes.refreshTokenMs - 60_000;
      const { refreshToken } = await refresh(pair.refreshToken);
      scene.time.aheadMs = lifetimes.sessionMs;
      return refreshToken;
    }],
  ])('refuses a token %s', async (_which, token) => {
    expect(await reasonOf(refresh(await token()))).toBe('INVALID_REFRESH_TOKEN');
  }); // prettier-ignore

  it('takes role and name as they are by then', async () => {
    const { pair, userId } = await signIn();
    await sql`update accounts set role = 'ADMIN', full_name = 'A. Rao' where id = ${userId}`.execute(scene.database.sql);
    const next = await refresh(pair.refreshToken);
    expect(decodeJwt(next.accessToken)).toMatchObject({ role: 'ADMIN', name: 'A. Rao' });
  });
});

describe('signing out', () => {
  it('ends the caller’s session, once', async () => {
    const { pair, sessionId, userId } = await signIn();
    for (let times = 0; times < 2; times += 1) await scene.as({ userId, sessionId }, () => scene.auth.logout({}));
    expect(await reasonOf(refresh(pair.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await typesOf(userId)).toEqual(['UserRegistered', 'UserLoggedIn', 'SessionRevoked']);
  });

  it('does not end somebody else’s session', async () => {
    const { pair, sessionId } = await signIn();
    await scene.as({ userId: newId(), sessionId }, () => scene.auth.logout({}));
    await expect(refresh(pair.refreshToken)).resolves.toMatchObject({ tokenType: 'Bearer' });
  });

  it('needs somebody who is signed in', async () => {
    expect(await reasonOf(scene.auth.logout({}))).toBe('UNAUTHENTICATED');
  });
});

describe('what has ended', () => {
  it('is deleted, and what has not stays', async () => {
    const before = await signIn();
    expect(await reasonOf(scene.auth.login({ email: before.email, password: 'a wrong one' }))).toBe('INVALID_CREDENTIALS');
    scene.time.aheadMs = lifetimes.sessionMs + 1_000;
    const after = await signIn();
    await forgetWhatEnded({ database: scene.database, clock: scene.clock, forgetMs: policy.forgetMs, trailMs: 1e12 })(
      new AbortController().signal,
    );
    const left = await sql<{ id: string }>`select id from sessions`.execute(scene.database.sql);
    expect(left.rows.map(({ id }) => id)).toEqual([after.sessionId]);
    expect(await scene.count(sql`select count(*) from refresh_tokens`)).toBe(1);
    expect(await scene.count(sql`select count(*) from login_failures where last_tried_at < now() + interval '1 hour'`)).toBe(0);
  });
});
