import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { sql } from 'kysely';
import { audience, issuer, policy, openAuthScene, type AuthScene } from './testing/auth-scene.ts';
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
    const { email } = await newAccount();
    const pair = await scene.auth.login({ email, password });
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
