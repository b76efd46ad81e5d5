import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { newId } from '@shopverse/mesh/ids';
import { decodeJwt } from 'jose';
import { sql } from 'kysely';
import { clientPolicy, openAuthScene, policy, type AuthScene } from './testing/auth-scene.ts';
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
const newPassword = 'a battery, correct';
const newAccount = async () => {
  const email = `${newId()}@example.com`;
  const { userId } = await scene.auth.register({ email, fullName: 'Asha Rao', phone: '', password });
  return { email, userId };
};
const sessionOf = async (email: string, secret = password) => {
  const pair = await scene.auth.login({ email, password: secret });
  return { refreshToken: pair.refreshToken, sessionId: String(decodeJwt(pair.accessToken)['sid']) };
};
const signIn = async () => {
  const account = await newAccount();
  return { ...account, ...(await sessionOf(account.email)) };
};
const refresh = (refreshToken: string) => scene.auth.refreshToken({ refreshToken });
const revocations = async (userId: string) =>
  (await scene.events(userId)).flatMap(({ type, message }) => (type === 'SessionRevoked' ? [message as { sessionId: string; reason: RevocationReason }] : [])); // prettier-ignore
const list = { pageSize: 0, pageToken: '' };

describe('the list of sessions', () => {
  it('shows one’s own open ones, newest first, where they were used and which one asks', async () => {
    const { email, userId, sessionId } = await signIn();
    await signIn();
    const over = await sessionOf(email);
    await scene.as({ userId, ...over }, () => scene.auth.logout({}));
    const pair = await scene.loginFrom('203.0.113.9', { email, password });
    if (typeof pair === 'string') throw new Error(pair);
    const { sessions, nextPageToken } = await scene.as({ userId, sessionId }, () => scene.auth.listSessions(list));
    expect(nextPageToken).toBe('');
    expect(sessions).toMatchObject([
      { id: decodeJwt(pair.accessToken)['sid'], clientAddress: '203.0.113.9', current: false, device: 'gRPC client' },
      { id: sessionId, clientAddress: '', current: true, createdAt: expect.any(Date), lastUsedAt: expect.any(Date) },
    ]);
  });

  it('comes in pages, which belong to one user', async () => {
    const { email, userId, sessionId } = await signIn();
    for (let more = 0; more < 4; more += 1) await sessionOf(email);
    const seen: string[] = [];
    let pageToken = '';
    for (let pages = 0; pages < 3; pages += 1) {
      const page = await scene.as({ userId, sessionId }, () => scene.auth.listSessions({ pageSize: 2, pageToken }));
      seen.push(...page.sessions.map(({ id }) => id));
      if (page.nextPageToken === '') break;
      pageToken = page.nextPageToken;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    const other = await signIn();
    expect(await reasonOf(scene.as(other, () => scene.auth.listSessions({ pageSize: 2, pageToken })))).toBe('INVALID_PAGE_TOKEN');
  });

  it('is read from its index', async () => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select * from sessions where user_id = ${newId()} and revoked_at is null and expires_at > now() order by id desc limit 21`.execute(
      scene.database.sql,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('sessions_open');
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  });
});

describe('ending sessions', () => {
  it('one by one ends that one, for good, and says so', async () => {
    const { email, userId, sessionId, refreshToken } = await signIn();
    const other = await sessionOf(email);
    const end = () => scene.as({ userId, sessionId }, () => scene.auth.revokeSession({ id: other.sessionId }));
    await end();
    expect(await reasonOf(refresh(other.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    await expect(refresh(refreshToken)).resolves.toMatchObject({ userId });
    expect(await reasonOf(end())).toBe('SESSION_NOT_FOUND');
    expect(await revocations(userId)).toMatchObject([{ sessionId: other.sessionId, reason: RevocationReason.REVOKED }]);
    expect(await scene.trail(userId)).toContain(`SESSION_REVOKED REVOKED ${other.sessionId}`);
  });

  it('of somebody else is like ending what is not there', async () => {
    const [mine, theirs] = [await signIn(), await signIn()];
    for (const id of [theirs.sessionId, newId()])
      expect(await reasonOf(scene.as(mine, () => scene.auth.revokeSession({ id })))).toBe('SESSION_NOT_FOUND');
    await expect(refresh(theirs.refreshToken)).resolves.toMatchObject({ userId: theirs.userId });
  });

  it('everywhere ends all of them once, also when asked for twice at the same time, and nobody else’s', async () => {
    const { email, userId, sessionId } = await signIn();
    const others = [await sessionOf(email), await sessionOf(email)];
    const bystander = await signIn();
    const both = await Promise.all([1, 2].map(() => scene.as({ userId, sessionId }, () => scene.auth.logoutEverywhere({}))));
    expect(both.map(({ endedSessions }) => endedSessions).sort((a, b) => a - b)).toEqual([0, 3]);
    for (const { refreshToken } of others) expect(await reasonOf(refresh(refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    const ended = await revocations(userId);
    expect(ended.map(({ sessionId: id }) => id).sort()).toEqual([sessionId, ...others.map((one) => one.sessionId)].sort());
    await expect(refresh(bystander.refreshToken)).resolves.toMatchObject({ userId: bystander.userId });
  });

  it('needs somebody who is signed in', async () => {
    const calls = [scene.auth.logoutEverywhere({}), scene.auth.listSessions(list), scene.auth.revokeSession({ id: newId() })];
    for (const call of calls) expect(await reasonOf(call)).toBe('UNAUTHENTICATED');
  });
});

describe('changing the password', () => {
  const change = (who: { userId: string; sessionId: string }, oldPassword: string, wanted = newPassword) =>
    scene.as(who, () => scene.auth.changePassword({ oldPassword, newPassword: wanted }));

  it('lets the new one in and the old one no more, and ends the other sessions', async () => {
    const me = await signIn();
    const other = await sessionOf(me.email);
    await change(me, password);
    expect(await reasonOf(scene.auth.login({ email: me.email, password }))).toBe('INVALID_CREDENTIALS');
    await expect(scene.auth.login({ email: me.email, password: newPassword })).resolves.toMatchObject({ userId: me.userId });
    expect(await reasonOf(refresh(other.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    await expect(refresh(me.refreshToken)).resolves.toMatchObject({ userId: me.userId });
    expect(await revocations(me.userId)).toMatchObject([{ sessionId: other.sessionId, reason: RevocationReason.PASSWORD_CHANGED }]);
    expect(await scene.events(me.userId)).toContainEqual({
      type: 'PasswordChanged',
      message: { userId: me.userId, byReset: false, changedAt: expect.any(Date) },
    });
    expect(await scene.trail(me.userId)).toEqual(
      expect.arrayContaining(['PASSWORD_CHANGED', `SESSION_REVOKED PASSWORD_CHANGED ${other.sessionId}`]),
    );
  });

  it('needs the old one, and counts a wrong one as a failed log-in', async () => {
    const me = await signIn();
    for (let tries = 0; tries < policy.freeTries; tries += 1) expect(await reasonOf(change(me, 'a wrong one'))).toBe('INVALID_CREDENTIALS');
    expect(await reasonOf(change(me, password))).toBe('LOCKED_OUT');
    expect(await reasonOf(scene.auth.login({ email: me.email, password }))).toBe('LOCKED_OUT');
    scene.time.aheadMs = policy.firstMs + 1_000;
    await change(me, password);
    expect(await scene.trail(me.userId)).toEqual(expect.arrayContaining(['PASSWORD_CHANGE_FAILED', 'LOCKED_OUT', 'PASSWORD_CHANGED']));
  });

  it.each([
    ['that everybody tries first', 'password123'],
    ['that is eight times the same', 'zzzzzzzz'],
  ])('refuses one %s', async (_which, common) => {
    const me = await signIn();
    expect(await refusalOf(change(me, password, common))).toMatchObject({
      reason: 'PASSWORD_REFUSED',
      metadata: { refusal: 'TOO_COMMON' },
    });
    await expect(scene.auth.login({ email: me.email, password })).resolves.toMatchObject({ userId: me.userId });
  });

  it('counts as no failed try while there is no place to hash the new one', async () => {
    const me = await signIn();
    await scene.limit.whileFull(async () => {
      for (let tries = 0; tries < 2 * policy.freeTries; tries += 1) expect(await reasonOf(change(me, password))).toBe('OVERLOADED');
    });
    await change(me, password);
  });

  it('is refused to a session that is over, though its access token has not expired', async () => {
    const me = await signIn();
    await scene.as(me, () => scene.auth.logout({}));
    expect(await reasonOf(change(me, password))).toBe('SESSION_REVOKED');
    await expect(scene.auth.login({ email: me.email, password })).resolves.toMatchObject({ userId: me.userId });
  });

  it('twice at once is done once', async () => {
    const me = await signIn();
    const wanted = ['first of the two', 'second of the two'];
    const results = await Promise.allSettled(wanted.map((one) => change(me, password, one)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = wanted[results.findIndex(({ status }) => status === 'fulfilled')] ?? '';
    await expect(scene.auth.login({ email: me.email, password: winner })).resolves.toMatchObject({ userId: me.userId });
  });
});

describe('counting tries', () => {
  it('lets everybody in who signs in rightly on many devices at once', async () => {
    const { email } = await newAccount();
    const results = await Promise.allSettled(Array.from({ length: 4 * policy.freeTries }, () => scene.auth.login({ email, password })));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  it('locks a client out that tries many accounts, and no other client', async () => {
    const accounts = await Promise.all(Array.from({ length: clientPolicy.freeTries }, newAccount));
    for (const { email } of accounts)
      expect(await scene.loginFrom('198.51.100.1', { email, password: 'a wrong one' })).toBe('E-mail or password is wrong.');
    const { email = '' } = accounts[0] ?? {};
    expect(await scene.loginFrom('198.51.100.1', { email, password })).toMatch(/^Too many tries/);
    expect(await scene.loginFrom('198.51.100.2', { email, password })).toMatchObject({ tokenType: 'Bearer' });
  });

  it('does not clear a client of its guesses at others when it signs in with its own password', async () => {
    const own = await newAccount();
    const last = clientPolicy.freeTries - 1;
    for (let guesses = 0; guesses < last; guesses += 1)
      await scene.loginFrom('2001:db8::1', { email: `${newId()}@example.com`, password: 'a wrong one' });
    expect(await scene.loginFrom('2001:db8::2', { email: own.email, password })).toMatchObject({ tokenType: 'Bearer' });
    await scene.loginFrom('2001:db8::3', { email: `${newId()}@example.com`, password: 'a wrong one' });
    expect(await scene.loginFrom('2001:db8::4', { email: own.email, password })).toMatch(/^Too many tries/);
  });

  it('does not hold tries against anybody for ever that died with their process', async () => {
    const { email } = await newAccount();
    await sql`update login_failures set in_flight = 1`.execute(scene.database.sql);
    for (let tries = 0; tries < policy.freeTries; tries += 1)
      expect(await reasonOf(scene.auth.login({ email, password: 'a wrong one' }))).toBe('INVALID_CREDENTIALS');
    await sql`update login_failures set in_flight = 1, last_tried_at = now() - interval '11 seconds'`.execute(scene.database.sql);
    expect(await reasonOf(scene.auth.login({ email, password }))).toBe('LOCKED_OUT');
  });
});

describe('a password hash', () => {
  it('of another cost than the settings want is replaced at the next log-in', async () => {
    const { email, userId } = await newAccount();
    const hashNow = async () =>
      (await sql<{ hash: string }>`select password_hash as hash from accounts where id = ${userId}`.execute(scene.database.sql)).rows[0]?.hash ?? '';
    const { hash } = await import('@node-rs/argon2');
    const old = await hash(password, { algorithm: 2, memoryCost: 128, timeCost: 3, parallelism: 1 });
    await sql`update accounts set password_hash = ${old} where id = ${userId}`.execute(scene.database.sql);
    expect(await reasonOf(scene.auth.login({ email, password: 'a wrong one' }))).toBe('INVALID_CREDENTIALS');
    expect(await hashNow()).toBe(old);
    await sessionOf(email);
    const better = await hashNow();
    expect(better).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    await sessionOf(email);
    expect(await hashNow()).toBe(better);
  }); // prettier-ignore
});
