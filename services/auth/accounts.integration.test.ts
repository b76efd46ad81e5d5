import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { handOverProfiles } from './jobs/hand-over-profiles.ts';
import { reasonOf } from './testing/refusal.ts';
import { openAuthScene, type AuthScene } from './testing/auth-scene.ts';

let scene: AuthScene;
beforeAll(async () => {
  scene = await openAuthScene();
}, 60_000);
afterAll(() => scene.close());

const PASSWORD = 'a horse, a staple';
const someone = (more: { email?: string; fullName?: string; phone?: string; password?: string } = {}) => ({
  email: `${newId()}@example.com`,
  fullName: 'Asha Rao',
  phone: '+919876543210',
  password: PASSWORD,
  ...more,
});
const accountsWith = (email: string) => scene.count(sql`select count(*) from accounts where email = ${email}`);
const handoversOf = (userId: string) => scene.count(sql`select count(*) from profile_handovers where user_id = ${userId}`);

describe('registering', () => {
  it('opens an account, tells of it, and has the profile made with the same id', async () => {
    const person = someone({ email: `Asha.${newId()}@Example.com`, fullName: '  Asha   Rao ' });
    const { userId } = await scene.auth.register(person);
    const email = person.email.toLowerCase();
    expect(scene.users.profiles.get(userId)).toEqual({ userId, fullName: 'Asha Rao', email, phone: '+919876543210' });
    expect(await scene.events(userId)).toEqual([
      { type: 'UserRegistered', message: { userId, email, fullName: 'Asha Rao', registeredAt: expect.any(Date) } },
    ]);
    expect(await handoversOf(userId)).toBe(0);
  });

  it('keeps no password, only its argon2id hash', async () => {
    const { userId } = await scene.auth.register(someone());
    const { rows } = await sql<{ row: string }>`select accounts::text as row from accounts where id = ${userId}`.execute(
      scene.database.sql,
    );
    expect(rows[0]?.row).toContain('$argon2id$');
    expect(rows[0]?.row).not.toContain(PASSWORD);
  });

  it('refuses an address that is taken, in whatever case', async () => {
    const person = someone();
    await scene.auth.register(person);
    await expect(scene.auth.register({ ...person, email: person.email.toUpperCase() })).rejects.toMatchObject({ reason: 'EMAIL_TAKEN' });
  });

  it('of many who take one address at once lets one have it, with one profile', async () => {
    const person = someone();
    const before = scene.users.profiles.size;
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        scene.auth.register(someone({ email: index % 2 === 0 ? person.email : person.email.toUpperCase() })),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ reason: 'EMAIL_TAKEN' });
    expect(await accountsWith(person.email)).toBe(1);
    expect(scene.users.profiles.size).toBe(before + 1);
  });

  it('answers the same account to the same idempotency key, also to many at once, and refuses another request under it', async () => {
    const person = someone();
    const options = { idempotencyKey: newId() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => scene.auth.register(person, options)));
    expect(new Set(answers.map(({ userId }) => userId)).size).toBe(1);
    await expect(scene.auth.register({ ...person, password: 'another horse' }, options)).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(await accountsWith(person.email)).toBe(1);
  });

  it.each([
    ['a common password', { password: 'password123' }, 'PASSWORD_REFUSED'],
    ['the address for a password', { email: 'asha.unlikely@example.com', password: 'asha.unlikely@example.com' }, 'PASSWORD_REFUSED'],
    ['a name of nothing visible', { fullName: '\u200b\u200d' }, 'INVALID_REQUEST'],
    ['a short password', { password: 'short' }, 'INVALID_REQUEST'],
    ['something that is no address', { email: 'nobody' }, 'INVALID_REQUEST'],
    ['something that is no phone number', { phone: '12' }, 'INVALID_REQUEST'],
  ])('refuses %s and changes nothing', async (_what, bad, reason) => {
    const before = await scene.count(sql`select count(*) from accounts`);
    const work = scene.limit.count;
    expect(await reasonOf(scene.auth.register(someone(bad)))).toBe(reason);
    expect(await scene.count(sql`select count(*) from accounts`)).toBe(before);
    expect(scene.limit.count).toBe(work);
  });

  it('opens the account although the user service is away, and the profile follows when it is back', async () => {
    scene.users.away = true;
    const { userId } = await scene.auth.register(someone());
    expect(scene.users.profiles.has(userId)).toBe(false);
    expect(await handoversOf(userId)).toBe(1);
    const job = handOverProfiles({ handover: scene.handover, log: scene.host.log });
    const signal = new AbortController().signal;

    scene.time.aheadMs = 10_000;
    await job(signal);
    expect(await handoversOf(userId)).toBe(1);

    scene.users.away = false;
    scene.time.aheadMs = 3600_000;
    await job(signal);
    scene.time.aheadMs = 0;
    expect(scene.users.profiles.get(userId)).toMatchObject({ phone: '+919876543210' });
    expect(await handoversOf(userId)).toBe(0);
  });

  it('hands a profile over once more without harm, as after a crash between the call and its note', async () => {
    const { userId } = await scene.auth.register(someone());
    const profiles = scene.users.profiles.size;
    await sql`insert into profile_handovers (user_id, phone, next_try_at) values (${userId}, '', now())`.execute(scene.database.sql);
    await scene.handover.handOver(userId);
    expect(scene.users.profiles.get(userId)).toMatchObject({ phone: '+919876543210' });
    expect([scene.users.profiles.size, await handoversOf(userId)]).toEqual([profiles, 0]);
  });

  it('is refused as overloaded when too many passwords wait, and changes nothing', async () => {
    const person = someone();
    await scene.limit.whileFull(() => expect(scene.auth.register(person)).rejects.toMatchObject({ reason: 'OVERLOADED' }));
    expect(await accountsWith(person.email)).toBe(0);
  });
});
