import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { SecurityEventType } from '@shopverse/contracts/shopverse/auth/v1/auth';
import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { newId } from '@shopverse/mesh/ids';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { sql } from 'kysely';
import { forgetWhatEnded } from './jobs/forget-what-ended.ts';
import { seedAccount } from './profiles/seed-account.ts';
import { openAuthScene, rotation, type AuthScene } from './testing/auth-scene.ts';
import { reasonOf } from './testing/refusal.ts';

let scene: AuthScene;
beforeAll(async () => {
  scene = await openAuthScene();
}, 60_000);
afterAll(() => scene.close());
afterEach(async () => {
  scene.time.aheadMs = 0;
  await sql`update accounts set role = 'CUSTOMER'`.execute(scene.database.sql);
});

const password = 'a horse, a staple';
const newCustomer = async () => {
  const email = `${newId()}@example.com`;
  const { userId } = await scene.auth.register({ email, fullName: 'Asha Rao', phone: '', password });
  return { email, userId, sessionId: newId() };
};
const newAdmin = async () => {
  const account = await newCustomer();
  await sql`update accounts set role = 'ADMIN' where id = ${account.userId}`.execute(scene.database.sql);
  return { ...account, role: 'ADMIN' as const };
};
const setRole = (actor: Awaited<ReturnType<typeof newAdmin>>, id: string, role: Role) =>
  scene.as(actor, () => scene.auth.setRole({ id, role }));
const roleOf = async (id: string) =>
  (await sql<{ role: string }>`select role from accounts where id = ${id}`.execute(scene.database.sql)).rows[0]?.role;

describe('setting a role', () => {
  it('ends the sessions of the account, counts from the next sign-in on, and is told', async () => {
    const [admin, { email, userId }] = [await newAdmin(), await newCustomer()];
    const { refreshToken } = await scene.auth.login({ email, password });
    expect(await setRole(admin, userId, Role.ADMIN)).toEqual({ id: userId, email, fullName: 'Asha Rao', role: Role.ADMIN });
    expect(await reasonOf(scene.auth.refreshToken({ refreshToken }))).toBe('INVALID_REFRESH_TOKEN');
    expect(decodeJwt((await scene.auth.login({ email, password })).accessToken)['role']).toBe('ADMIN');
    const events = await scene.events(userId);
    expect(events).toContainEqual({
      type: 'RoleChanged',
      message: { userId, oldRole: Role.CUSTOMER, newRole: Role.ADMIN, changedBy: admin.userId, changedAt: expect.any(Date) },
    });
    expect(events).toContainEqual({ type: 'SessionRevoked', message: expect.objectContaining({ reason: RevocationReason.ROLE_CHANGED }) });
    expect(await scene.trail(userId)).toContain('ROLE_CHANGED CUSTOMER ADMIN');
  });

  it('to what it is already changes nothing', async () => {
    const [admin, { email, userId }] = [await newAdmin(), await newCustomer()];
    const { refreshToken } = await scene.auth.login({ email, password });
    await setRole(admin, userId, Role.CUSTOMER);
    await expect(scene.auth.refreshToken({ refreshToken })).resolves.toMatchObject({ userId });
    expect((await scene.events(userId)).map(({ type }) => type)).not.toContain('RoleChanged');
  });

  it('never takes the last admin’s', async () => {
    const admin = await newAdmin();
    expect(await reasonOf(setRole(admin, admin.userId, Role.CUSTOMER))).toBe('LAST_ADMIN');
    const second = await newAdmin();
    await setRole(admin, admin.userId, Role.CUSTOMER);
    expect(await reasonOf(setRole(second, second.userId, Role.CUSTOMER))).toBe('LAST_ADMIN');
    expect([await roleOf(admin.userId), await roleOf(second.userId)]).toEqual(['CUSTOMER', 'ADMIN']);
  });

  it('leaves one admin when all demote each other at the same time', async () => {
    const admins = await Promise.all([newAdmin(), newAdmin(), newAdmin(), newAdmin()]);
    const attacks = admins.flatMap((actor) =>
      admins.filter((other) => other !== actor).map((other) => setRole(actor, other.userId, Role.CUSTOMER)),
    );
    const reasons = await Promise.all(attacks.map((attack) => attack.then(() => 'DONE', () => 'REFUSED'))); // prettier-ignore
    expect(await scene.count(sql`select count(*) from accounts where role = 'ADMIN'`)).toBeGreaterThanOrEqual(1);
    expect(reasons).toContain('REFUSED');
    // Each demotion was by one who was an admin at that time.
    const { rows } = await sql<{ actor_id: string; user_id: string }>`
      select actor_id, user_id from security_events where type = 'ROLE_CHANGED' and actor_id in (${sql.join(admins.map(({ userId }) => userId))})
      order by occurred_at, id`.execute(scene.database.sql);
    const demoted = new Set<string>();
    for (const { actor_id: actor, user_id: user } of rows) {
      expect(demoted.has(actor)).toBe(false);
      demoted.add(user);
    }
  });

  it('is refused to an admin by token who is none any more, and to customers', async () => {
    const [former, customer] = [await newCustomer(), await newCustomer()];
    expect(await reasonOf(setRole({ ...former, role: 'ADMIN' }, customer.userId, Role.ADMIN))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(scene.as(customer, () => scene.auth.setRole({ id: customer.userId, role: Role.ADMIN })))).toBe(
      'ROLE_NOT_ALLOWED',
    );
    expect(await reasonOf(scene.auth.setRole({ id: customer.userId, role: Role.ADMIN }))).toBe('UNAUTHENTICATED');
  });

  it('of nobody is refused, and a role there is not, too', async () => {
    const admin = await newAdmin();
    expect(await reasonOf(setRole(admin, newId(), Role.ADMIN))).toBe('ACCOUNT_NOT_FOUND');
    for (const role of [Role.UNSPECIFIED, 7 as Role]) expect(await reasonOf(setRole(admin, admin.userId, role))).toBe('INVALID_REQUEST');
    expect(await reasonOf(setRole(admin, "1' or '1'='1", Role.ADMIN))).toBe('INVALID_REQUEST');
  });

  it('by the seed is told, too', async () => {
    const { database, passwords, common, handover, clock } = scene;
    const wanted = { setting: 'SEED_ADMIN', email: `${newId()}@example.com`, password, fullName: 'Shop Admin', role: 'ADMIN' } as const;
    const { user_id: userId } = await seedAccount({ database, passwords, common, handover, clock }, wanted);
    expect(await scene.events(userId)).toContainEqual({
      type: 'RoleChanged',
      message: { userId, oldRole: Role.CUSTOMER, newRole: Role.ADMIN, changedBy: '', changedAt: expect.any(Date) },
    });
  });
});

describe('the audit trail', () => {
  const none = { pageSize: 0, pageToken: '', userId: '', type: SecurityEventType.UNSPECIFIED, from: undefined, before: undefined };

  it('says who did what, when and from where', async () => {
    const [admin, { email, userId }] = [await newAdmin(), await newCustomer()];
    await scene.loginFrom('203.0.113.9', { email, password: 'a wrong one' });
    await scene.loginFrom('203.0.113.9', { email, password });
    const { events } = await scene.as(admin, () => scene.auth.listSecurityEvents({ ...none, userId }));
    expect(events.map(({ type }) => type)).toEqual([
      SecurityEventType.LOGGED_IN,
      SecurityEventType.LOGIN_FAILED,
      SecurityEventType.ACCOUNT_OPENED,
    ]);
    expect(events[0]).toMatchObject({ userId, actorId: userId, clientAddress: '203.0.113.9', userAgent: expect.stringMatching(/^grpc-node/), occurredAt: expect.any(Date) }); // prettier-ignore
    expect(events[0]?.requestId).not.toBe('');
    expect(events[1]).toMatchObject({ userId, actorId: '' });
  });

  it('is filtered by user, type and time, and comes in pages that belong to their query', async () => {
    const [admin, { email, userId }] = [await newAdmin(), await newCustomer()];
    const start = scene.clock();
    for (let times = 0; times < 5; times += 1) await scene.auth.login({ email, password });
    const query = { ...none, userId, type: SecurityEventType.LOGGED_IN, pageSize: 2 };
    const seen: string[] = [];
    let pageToken = '';
    for (let pages = 0; pages < 5; pages += 1) {
      const wanted = { ...query, pageToken };
      const { events, nextPageToken } = await scene.as(admin, () => scene.auth.listSecurityEvents(wanted));
      seen.push(...events.map(({ id }) => id));
      pageToken = nextPageToken === '' ? pageToken : nextPageToken;
      if (nextPageToken === '') break;
    }
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
    expect(await reasonOf(scene.as(admin, () => scene.auth.listSecurityEvents({ ...none, pageToken })))).toBe('INVALID_PAGE_TOKEN');
    const inTime = async (more: object) =>
      (await scene.as(admin, () => scene.auth.listSecurityEvents({ ...none, userId, ...more }))).events.length;
    expect([
      await inTime({ before: start }),
      await inTime({ from: start }),
      await inTime({ from: new Date(start.getTime() + 60_000) }),
    ]).toEqual([1, 5, 0]);
  });

  it('is for admins alone', async () => {
    expect(await reasonOf(scene.as(await newCustomer(), () => scene.auth.listSecurityEvents(none)))).toBe('ROLE_NOT_ALLOWED');
  });

  it('is read from an index with every filter', async () => {
    const filters = [sql`true`, sql`user_id = ${newId()}`, sql`type = 'LOGIN_FAILED'`];
    await scene.database.sql.transaction().execute(async (connection) => {
      await sql`set local enable_seqscan = off`.execute(connection);
      for (const filter of filters) {
        const { rows } = await sql<{ 'QUERY PLAN': string }>`
          explain select * from security_events where ${filter} and occurred_at <= now() and (occurred_at < now() or id < ${newId()})
          order by occurred_at desc, id desc limit 21`.execute(connection);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toMatch(/Index (Only )?Scan using security_events_/);
        expect(plan).not.toContain('Sort');
      }
    });
  });

  it.each([
    ['changed', sql`update security_events set detail = 'nothing happened'`],
    ['deleted', sql`delete from security_events`],
    ['emptied', sql`truncate security_events`],
  ])('can not be %s', async (_what, attempt) => {
    await newCustomer();
    await expect(attempt.execute(scene.database.sql)).rejects.toThrow(/append-only/);
  });

  it('is kept as long as the setting says', async () => {
    const { userId } = await newCustomer();
    const trailMs = 1e9;
    const job = forgetWhatEnded({ database: scene.database, clock: scene.clock, forgetMs: 1e12, trailMs });
    await job(new AbortController().signal);
    expect(await scene.trail(userId)).toHaveLength(1);
    scene.time.aheadMs = trailMs + 60_000;
    await job(new AbortController().signal);
    expect(await scene.trail(userId)).toEqual([]);
  });
});

describe('rotating the signing key', () => {
  it('makes one next key, which signs when everybody can know it, and leaves the tokens before it good', async () => {
    const admin = await newAdmin();
    const rotate = () => scene.as(admin, () => scene.auth.rotateSigningKey({}));
    const before = scene.keys.signer().kid;
    const [next, again] = [await rotate(), await rotate()];
    expect(again).toEqual(next);
    expect(next.signsFrom?.getTime()).toBeGreaterThan(scene.clock().getTime() + rotation.aheadMs - 30_000);
    expect(scene.keys.publicKeys().keys.map(({ kid }) => kid)).toEqual([before, next.kid]);
    const kidNow = async () => decodeProtectedHeader((await scene.auth.login({ email: admin.email, password })).accessToken).kid;
    expect(await kidNow()).toBe(before);
    scene.time.aheadMs = rotation.aheadMs + 1_000;
    expect(await kidNow()).toBe(next.kid);
    expect(scene.keys.publicKeys().keys.map(({ kid }) => kid)).toEqual([before, next.kid]);
    const { rows } = await sql<{ actor_id: string }>`select actor_id from security_events where type = 'SIGNING_KEY_ROTATED'`.execute(
      scene.database.sql,
    );
    expect(rows).toEqual([{ actor_id: admin.userId }]);
  });

  it('is for admins alone', async () => {
    expect(await reasonOf(scene.as(await newCustomer(), () => scene.auth.rotateSigningKey({})))).toBe('ROLE_NOT_ALLOWED');
  });
});

describe('bad input', () => {
  it.each([
    ['full width letters', (local: string) => `${local.replace('a', '\uff41')}@example.com`],
    ['capitals and white space', (local: string) => `  ${local.toUpperCase()}@EXAMPLE.com `],
  ])('in an address, as %s, is the same account', async (_what, disguise) => {
    const local = `a${newId()}`;
    const { userId } = await scene.auth.register({ email: `${local}@example.com`, fullName: 'Asha', phone: '', password });
    expect((await scene.auth.login({ email: disguise(local), password })).userId).toBe(userId);
  });

  it.each(["'; drop table accounts; --", '" or ""="', '\\x00%_', '${jndi:ldap://x}'])('%j is a text like any other', async (text) => {
    const email = `${newId()}@example.com`;
    const { userId } = await scene.auth.register({ email, fullName: text, phone: '', password: `${text} and more` });
    expect(decodeJwt((await scene.auth.login({ email, password: `${text} and more` })).accessToken)['name']).toBe(text);
    expect(await reasonOf(scene.auth.login({ email: text, password }))).toBe('INVALID_CREDENTIALS');
    expect(await reasonOf(scene.auth.refreshToken({ refreshToken: text }))).toBe('INVALID_REFRESH_TOKEN');
    expect(await reasonOf(scene.auth.resetPassword({ token: text, newPassword: password }))).toBe('INVALID_RESET_TOKEN');
    expect(await roleOf(userId)).toBe('CUSTOMER');
  });

  it.each([
    ['an address with a zero-width space', { email: 'a\u200bb@example.com' }],
    ['an address that turns around', { email: '\u202ea@example.com' }],
    ['a name of nothing visible', { fullName: '\u200b\u202e' }],
    ['a name too long', { fullName: 'a'.repeat(201) }],
    ['a password too long', { password: 'a'.repeat(129) }],
    ['an address too long', { email: `${'a'.repeat(250)}@example.com` }],
    ['a phone that is none', { phone: "'; --" }],
  ])('%s is refused', async (_what, bad) => {
    const good = { email: `${newId()}@example.com`, fullName: 'Asha', phone: '', password };
    expect(await reasonOf(scene.auth.register({ ...good, ...bad }))).toBe('INVALID_REQUEST');
  });
});
