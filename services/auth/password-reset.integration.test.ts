import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { openAuthScene, policy, resets, type AuthScene } from './testing/auth-scene.ts';
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
const requested = async (userId: string) =>
  (await scene.events(userId)).flatMap(({ type, message }) => (type === 'PasswordResetRequested' ? [message as { resetId: string }] : []));
const ask = async ({ email, userId }: { email: string; userId: string }) => {
  await scene.auth.requestPasswordReset({ email });
  return (await requested(userId)).at(-1)?.resetId ?? '';
};
const tokenOf = async (resetId: string) => (await scene.mailing.issuePasswordResetToken({ resetId })).token;
const reset = (token: string, wanted = newPassword) => scene.auth.resetPassword({ token, newPassword: wanted });

describe('a password reset', () => {
  it('sets the password once, ends all sessions, ends a lock-out, and is told', async () => {
    const account = await newAccount();
    const { refreshToken } = await scene.auth.login({ email: account.email, password });
    for (let tries = 0; tries < policy.freeTries; tries += 1)
      expect(await reasonOf(scene.auth.login({ email: account.email, password: 'a wrong one' }))).toBe('INVALID_CREDENTIALS');
    const token = await tokenOf(await ask({ ...account, email: ` ${account.email.toUpperCase()}` }));
    await reset(token);
    await expect(scene.auth.login({ email: account.email, password: newPassword })).resolves.toMatchObject({ userId: account.userId });
    expect(await reasonOf(scene.auth.refreshToken({ refreshToken }))).toBe('INVALID_REFRESH_TOKEN');
    expect(await reasonOf(reset(token))).toBe('INVALID_RESET_TOKEN');
    expect(await scene.events(account.userId)).toContainEqual({
      type: 'PasswordChanged',
      message: { userId: account.userId, byReset: true, changedAt: expect.any(Date) },
    });
    expect(await scene.trail(account.userId)).toEqual(expect.arrayContaining(['PASSWORD_RESET_REQUESTED', expect.stringMatching(/^PASSWORD_RESET [0-9a-f-]{36}$/)])); // prettier-ignore
  });

  it('has its token nowhere but in the answer to who mails it', async () => {
    const account = await newAccount();
    const token = await tokenOf(await ask(account));
    expect(token.length).toBeGreaterThanOrEqual(43);
    const everything = await sql<{ row: string }>`
      select password_resets::text as row from password_resets union all select security_events::text from security_events
      union all select encode(payload, 'escape') from outbox`.execute(scene.database.sql);
    expect(everything.rows.length).toBeGreaterThan(2);
    for (const { row } of everything.rows) expect(row).not.toContain(token);
  });

  it.each([
    ['nobody was given', async () => 'never-issued'],
    ['that has expired', async () => { const token = await tokenOf(await ask(await newAccount())); scene.time.aheadMs = resets.ttlMs + 1; return token; }],
    ['of a mail that was sent once more', async () => { const id = await ask(await newAccount()); const token = await tokenOf(id); await tokenOf(id); return token; }],
    ['of a request before the last one', async () => { const account = await newAccount(); const token = await tokenOf(await ask(account)); await ask(account); return token; }],
  ])('refuses a token %s', async (_which, token) => {
    expect(await reasonOf(reset(await token()))).toBe('INVALID_RESET_TOKEN');
  }); // prettier-ignore

  it('of a used or overtaken request gives out no more tokens', async () => {
    const account = await newAccount();
    const first = await ask(account);
    const second = await ask(account);
    expect(await reasonOf(scene.mailing.issuePasswordResetToken({ resetId: first }))).toBe('PASSWORD_RESET_NOT_FOUND');
    await reset(await tokenOf(second));
    for (const resetId of [second, newId()])
      expect(await reasonOf(scene.mailing.issuePasswordResetToken({ resetId }))).toBe('PASSWORD_RESET_NOT_FOUND');
  });

  it('with one token many times at once sets one password', async () => {
    const account = await newAccount();
    const token = await tokenOf(await ask(account));
    const wanted = Array.from({ length: 5 }, (_, index) => `password number ${index}`);
    const results = await Promise.allSettled(wanted.map((one) => reset(token, one)));
    const won = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [wanted[index] ?? ''] : []));
    expect(won).toHaveLength(1);
    await expect(scene.auth.login({ email: account.email, password: won[0] ?? '' })).resolves.toMatchObject({ userId: account.userId });
  });

  it('with a password that is refused can be tried again', async () => {
    const account = await newAccount();
    const token = await tokenOf(await ask(account));
    expect(await refusalOf(reset(token, 'password123'))).toMatchObject({ reason: 'PASSWORD_REFUSED', metadata: { refusal: 'TOO_COMMON' } });
    await expect(reset(token)).resolves.toEqual({});
  });
});

describe('asking for a password reset', () => {
  it('answers alike, in like time, whether or not there is an account', async () => {
    const { email } = await newAccount();
    const timed = async (address: string) => {
      const startedAt = performance.now();
      const answer = await scene.auth.requestPasswordReset({ email: address });
      return { answer, steps: Math.floor((performance.now() - startedAt) / 90) };
    };
    const there = await timed(email);
    expect(there).toEqual({ answer: {}, steps: expect.any(Number) });
    expect(there.steps).toBeGreaterThanOrEqual(1);
    const nowhere = await timed(`${newId()}@example.com`);
    expect(nowhere.answer).toEqual(there.answer);
    expect(nowhere.steps).toBeGreaterThanOrEqual(1);
  });

  it.each(["' or 1=1 --", 'nobody', '"><script>', 'a'.repeat(254), '\u202eadmin@example.com'])('of %j is like asking for one nobody has', async (email) => {
    await expect(scene.auth.requestPasswordReset({ email })).resolves.toEqual({});
  }); // prettier-ignore

  it('too often is answered the same and mails nothing more, until an hour has passed', async () => {
    const account = await newAccount();
    for (let times = 0; times < resets.mostPerHour + 2; times += 1) await ask(account);
    expect(await requested(account.userId)).toHaveLength(resets.mostPerHour);
    expect(await scene.trail(account.userId)).toContain('PASSWORD_RESET_REQUESTED TOO_MANY');
    scene.time.aheadMs = 3_601_000;
    await ask(account);
    expect(await requested(account.userId)).toHaveLength(resets.mostPerHour + 1);
  });

  it('lets nobody but notification have a token', async () => {
    const resetId = await ask(await newAccount());
    expect(await scene.resetTokenForEdge(resetId)).toBe('CALLER_NOT_ALLOWED');
  });
});
