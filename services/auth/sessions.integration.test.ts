import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { sql } from 'kysely';
import { forgetWhatEnded } from './jobs/forget-what-ended.ts';
import { audience, issuer, lifetimes, openAuthScene, policy, rotation, type AuthScene } from './testing/auth-scene.ts';
import { reasonOf, refusalOf } from './testing/refusal.ts';

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

describe('signing in', () => {
  it('answers a token that the published keys verify, with who it is for', async () => {
    const { email, userId } = await newAccount();
    const pair = await scene.auth.login({ email: ` ${email.toUpperCase()} `, password });
    expect(pair).toMatchObject({ tokenType: 'Bearer', userId, expiresIn: { seconds: 900n, nanos: 0 } });
    expect(Buffer.from(pair.refreshToken, 'base64url')).toHaveLength(32);
    const { keys } = await scene.auth.getJwks({});
    const { payload, protectedHeader } = await jwtVerify(pair.accessToken, createLocalJWKSet({ keys: keys.map((key) => ({ ...key })) }), { issuer, audience }); // prettier-ignore
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: keys[0]?.kid });
    expect(payload).toMatchObject({ sub: userId, email, name: 'Asha Rao', role: 'CUSTOMER', sid: expect.any(String) });
    const [, loggedIn] = await scene.events(userId);
    expect(loggedIn).toEqual({
      type: 'UserLoggedIn',
      message: { userId, sessionId: payload['sid'], userAgent: expect.stringContaining('grpc-node-js'), loggedInAt: expect.any(Date) },
    });
  });

  it('keeps no refresh token that could be used', async () => {
    const { pair } = await signIn();
    const { rows } = await sql<{ row: string }>`select refresh_tokens::text as row from refresh_tokens`.execute(scene.database.sql);
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows) expect(row).not.toContain(pair.refreshToken);
  });

  it('refuses an unknown address and a wrong password with one answer and the same work', async () => {
    const { email } = await newAccount();
    const refusal = async (address: string) => {
      const before = scene.limit.count;
      const refused = await refusalOf(scene.auth.login({ email: address, password: 'a wrong one' }));
      return { ...refused, passwordsChecked: scene.limit.count - before };
    };
    const wrong = await refusal(email);
    expect(wrong).toMatchObject({ reason: 'INVALID_CREDENTIALS', metadata: {}, retryAfterS: undefined, passwordsChecked: 1 });
    expect(await refusal(`${newId()}@example.com`)).toEqual(wrong);
  });

  it.each([
    ['of an account', async () => (await newAccount()).email],
    ['nobody has', async () => `${newId()}@example.com`],
  ])('locks an address %s out after repeated failures, longer each time, and looks at no password meanwhile', async (_which, address) => {
    const email = await address();
    const attempt = () => refusalOf(scene.auth.login({ email, password: 'a wrong one' }));
    for (let failures = 0; failures < policy.freeTries; failures += 1)
      expect(await attempt()).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    const work = scene.limit.count;
    const { reason, retryAfterS = 0 } = await attempt();
    expect(reason).toBe('LOCKED_OUT');
    expect(retryAfterS).toBeGreaterThan(policy.firstMs / 1000 - 15);
    expect(retryAfterS).toBeLessThanOrEqual(policy.firstMs / 1000);
    expect(scene.limit.count).toBe(work);
    scene.time.aheadMs = policy.firstMs + 1_000;
    expect(await attempt()).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    const second = await attempt();
    expect(second.reason).toBe('LOCKED_OUT');
    expect(second.retryAfterS).toBeGreaterThan(policy.firstMs / 1000);
  });

  it('lets no more guesses through when they come all at once', async () => {
    const { email } = await newAccount();
    const before = scene.limit.count;
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => scene.auth.login({ email, password: 'a wrong one' })));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(scene.limit.count - before).toBe(policy.freeTries);
  });

  it('forgets the failures when the password was right', async () => {
    const { email } = await newAccount();
    for (let round = 0; round < 3; round += 1) {
      for (let failures = 1; failures < policy.freeTries; failures += 1)
        expect(await reasonOf(scene.auth.login({ email, password: 'a wrong one' }))).toBe('INVALID_CREDENTIALS');
      await expect(scene.auth.login({ email, password })).resolves.toMatchObject({ tokenType: 'Bearer' });
    }
  });

  it('locks nobody out for coming while we were overloaded', async () => {
    const { email } = await newAccount();
    await scene.limit.whileFull(async () => {
      for (let tries = 0; tries < 2 * policy.freeTries; tries += 1)
        await expect(scene.auth.login({ email, password })).rejects.toMatchObject({ reason: 'OVERLOADED' });
    });
    await expect(scene.auth.login({ email, password })).resolves.toMatchObject({ tokenType: 'Bearer' });
  });
});

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
      { type: 'SessionRevoked', message: { userId, sessionId, revokedAt: expect.any(Date) } },
    ]);
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
    await forgetWhatEnded({ database: scene.database, clock: scene.clock, forgetMs: policy.forgetMs })(new AbortController().signal);
    const left = await sql<{ id: string }>`select id from sessions`.execute(scene.database.sql);
    expect(left.rows.map(({ id }) => id)).toEqual([after.sessionId]);
    expect(await scene.count(sql`select count(*) from refresh_tokens`)).toBe(1);
    expect(await scene.count(sql`select count(*) from login_failures where last_tried_at < now() + interval '1 hour'`)).toBe(0);
  });
});

describe('signing keys', () => {
  it('are shared by all replicas, however many begin at once', async () => {
    await sql`delete from signing_keys`.execute(scene.database.sql);
    const rings = Array.from({ length: 5 }, () => scene.newKeyRing());
    await Promise.all(rings.map((ring) => ring.refresh()));
    await scene.keys.refresh();
    expect(new Set(rings.map((ring) => ring.signer().kid))).toEqual(new Set([scene.keys.signer().kid]));
    expect(await scene.count(sql`select count(*) from signing_keys`)).toBe(1);
  });

  it('lie in the database encrypted', async () => {
    const { rows } = await sql<{ sealed_private_key: Buffer }>`select sealed_private_key from signing_keys`.execute(scene.database.sql);
    expect(rows[0]?.sealed_private_key.toString('latin1')).not.toContain('PRIVATE KEY');
  });

  it('follow each other in time: published first, then signing, and deleted when their last token has expired', async () => {
    await scene.keys.refresh();
    const first = scene.keys.signer().kid;
    const kids = () => scene.keys.publicKeys().keys.map(({ kid }) => kid);
    scene.time.aheadMs = rotation.rotationMs + 1_000;
    await Promise.all([scene.keys.refresh(), scene.newKeyRing().refresh()]);
    expect([scene.keys.signer().kid, kids().length]).toEqual([first, 2]);
    scene.time.aheadMs += rotation.aheadMs + 1_000;
    await scene.keys.refresh();
    const second = scene.keys.signer().kid;
    expect(second).not.toBe(first);
    expect(kids()).toEqual([first, second]);
    scene.time.aheadMs += rotation.keepMs;
    await scene.keys.refresh();
    expect([kids(), await scene.count(sql`select count(*) from signing_keys`)]).toEqual([[second], 1]);
  });
});
