import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { ConfigError } from '@shopverse/mesh/config/read';
import { accessTokens } from './access-token.ts';
import { KeyRing } from './key-ring.ts';
import { makeSigningKey, type StoredKey } from './signing-key.ts';

const sealingKey = new Uint8Array(randomBytes(32));
const start = new Date('2026-01-01T00:00:00Z');
const TTL_MS = 900_000;
const subject = { userId: 'u', email: 'asha@example.com', fullName: 'आशा राव', role: 'CUSTOMER', sessionId: 's' };

async function scene() {
  const stored: StoredKey[] = [await makeSigningKey(sealingKey, start, start)];
  const clock = { now: start };
  const time = () => clock.now;
  const ring = new KeyRing({ load: async () => stored, sealingKey, keepMs: TTL_MS, clock: time });
  await ring.refresh();
  const issue = accessTokens({ issuer: 'https://i', audience: 'a', ttlMs: TTL_MS, signer: () => ring.signer(), clock: time });
  const verify = (token: string) =>
    jwtVerify(token, createLocalJWKSet({ keys: ring.publicKeys().keys.map((key) => ({ ...key })) }), { issuer: 'https://i', audience: 'a', currentDate: clock.now }); // prettier-ignore
  return { stored, clock, ring, issue, verify };
}

describe('the key ring', () => {
  it('signs tokens that its published keys verify, with every claim of the contract', async () => {
    const { issue, verify, stored } = await scene();
    const { payload, protectedHeader } = await verify((await issue(subject)).token);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: stored[0]?.kid });
    const iat = start.getTime() / 1000;
    expect(payload).toEqual({
      sub: 'u',
      email: 'asha@example.com',
      name: 'आशा राव',
      role: 'CUSTOMER',
      sid: 's',
      iss: 'https://i',
      aud: 'a',
      iat,
      exp: iat + 900,
      jti: expect.any(String),
    });
  });

  it('publishes public parts only', async () => {
    const { ring, stored } = await scene();
    expect(ring.publicKeys()).toEqual({
      keys: [{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: stored[0]?.kid, x: stored[0]?.x, y: stored[0]?.y }],
    });
  });

  it('goes over to the next key at its time, and verifies the last token of the one before until it expires', async () => {
    const { stored, clock, ring, issue, verify } = await scene();
    stored.push(await makeSigningKey(sealingKey, start, new Date(start.getTime() + 60_000)));
    await ring.refresh();
    expect(ring.publicKeys().keys).toHaveLength(2);
    clock.now = new Date(start.getTime() + 59_999);
    const last = (await issue(subject)).token;
    clock.now = new Date(start.getTime() + 60_000);
    const first = (await issue(subject)).token;
    expect((await verify(first)).protectedHeader.kid).toBe(stored[1]?.kid);
    clock.now = new Date(start.getTime() + 59_000 + TTL_MS - 1);
    expect((await verify(last)).protectedHeader.kid).toBe(stored[0]?.kid);
    clock.now = new Date(start.getTime() + 60_000 + TTL_MS);
    expect(ring.publicKeys().keys.map(({ kid }) => kid)).toEqual([stored[1]?.kid]);
  });

  it('says what to do when the master key is not the one the keys were sealed with', async () => {
    const stored = [await makeSigningKey(sealingKey, start, start)];
    const ring = new KeyRing({ load: async () => stored, sealingKey: randomBytes(32), keepMs: TTL_MS, clock: () => start });
    await expect(ring.refresh()).rejects.toThrow(ConfigError);
    await expect(ring.refresh()).rejects.toThrow(/AUTH_MASTER_KEY does not open signing key/);
  });

  it('does not take a row for another’s', async () => {
    const [one, two] = [await makeSigningKey(sealingKey, start, start), await makeSigningKey(sealingKey, start, start)];
    const mixed = { ...one, sealedPrivateKey: two.sealedPrivateKey };
    const ring = new KeyRing({ load: async () => [mixed], sealingKey, keepMs: TTL_MS, clock: () => start });
    await expect(ring.refresh()).rejects.toThrow(/does not open/);
  });

  it('keeps what it knew when the keys can’t be read', async () => {
    let away = false;
    const stored = [await makeSigningKey(sealingKey, start, start)];
    const load = async () => (away ? Promise.reject(new Error('database away')) : stored);
    const ring = new KeyRing({ load, sealingKey, keepMs: TTL_MS, clock: () => start });
    expect(() => ring.signer()).toThrow('no signing key');
    await ring.refresh();
    away = true;
    await expect(ring.refresh()).rejects.toThrow('database away');
    expect(ring.signer().kid).toBe(stored[0]?.kid);
  });
});
