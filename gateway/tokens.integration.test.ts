import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { grpc, rest } from './testing/call.ts';
import { expectGrpcRefused, expectRefused } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';
import { usualClaims } from './testing/tokens.ts';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  it('let a signed-in user in, over REST and gRPC', async () => {
    const token = await scene.issuer.sign();
    expect((await rest(scene.edge.port, '/v1/users/me', { token })).status).toBe(200);
    expect((await grpc(scene.edge.port, '/shopverse.user.v1.UserService/GetProfile', { token })).grpcStatus).toBe(0);
    expect(scene.backends.calls).toHaveLength(2);
  });

  it('are not handed on to the services', async () => {
    await rest(scene.edge.port, '/v1/users/me', { token: await scene.issuer.sign() });
    expect(scene.backends.calls[0]?.metadata.get('authorization')).toEqual([]);
  });

  it('are asked for when a call needs one: 401, UNAUTHENTICATED, and how to sign in (RFC 6750)', async () => {
    const answer = await rest(scene.edge.port, '/v1/users/me');
    expectRefused(answer, 401, 16, 'UNAUTHENTICATED');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="shopverse"');
    expectGrpcRefused(await grpc(scene.edge.port, '/shopverse.user.v1.UserService/GetProfile'), 16, 'UNAUTHENTICATED', scene.descriptors);
    expect(scene.backends.calls).toEqual([]);
  });

  it('are believed in the Authorization header alone, never in the query', async () => {
    const answer = await rest(scene.edge.port, `/v1/users/me?access_token=${await scene.issuer.sign()}`);
    expect([400, 401]).toContain(answer.status);
    expect(scene.backends.calls).toEqual([]);
  });

  it.each(['Bearer', 'Basic YXNoYTpzZWNyZXQ=', 'bearer'])(
    'count as missing when the Authorization header is "%s"',
    async (authorization) => {
      expectRefused(await rest(scene.edge.port, '/v1/users/me', { headers: { authorization } }), 401, 16, 'UNAUTHENTICATED');
    },
  );

  it('are not needed on public routes', async () => {
    expect((await rest(scene.edge.port, '/v1/products')).status).toBe(200);
    expect(scene.backends.calls[0]?.metadata.get('x-user-id')).toEqual([]);
  });

  it('tell a public route who calls', async () => {
    await rest(scene.edge.port, '/v1/products', { token: await scene.issuer.sign() });
    expect(scene.backends.calls[0]?.metadata.get('x-user-id')).toEqual([usualClaims().sub]);
  });

  const now = Math.floor(Date.now() / 1000);
  const forged: [what: string, make: () => Promise<string>][] = [
    ['garbage', () => Promise.resolve('garbage')],
    ['three dots', () => Promise.resolve('...')],
    ['alg none', () => Promise.resolve(new UnsecuredJWT(usualClaims()).encode())],
    ['alg None with a good signature beside it', async () => `${base64url({ alg: 'None', kid: 'key-1' })}.${(await scene.issuer.sign()).split('.').slice(1).join('.')}`],
    [
      'HS256 with the public key as the secret',
      async () => {
        const secret = new TextEncoder().encode(await exportSPKI(scene.issuer.publicKey));
        return new SignJWT(usualClaims()).setProtectedHeader({ alg: 'HS256', kid: scene.issuer.keyId }).sign(secret);
      },
    ],
    ['a key nobody published', async () => scene.issuer.sign({}, (await generateKeyPair('ES256')).privateKey)],
    [
      'a key that the token brings along',
      async () => {
        const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
        return new SignJWT(usualClaims()).setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(publicKey) }).sign(privateKey);
      },
    ],
    ['another issuer', () => scene.issuer.sign({ iss: 'https://elsewhere.example' })],
    ['no issuer', () => scene.issuer.sign({ iss: undefined })],
    ['another audience', () => scene.issuer.sign({ aud: 'warehouse' })],
    ['no audience', () => scene.issuer.sign({ aud: undefined })],
    ['an expired token', () => scene.issuer.sign({ iat: now - 1000, exp: now - 100 })],
    ['a token that never expires', () => scene.issuer.sign({ exp: undefined })],
    ['a token of tomorrow', () => scene.issuer.sign({ nbf: now + 3600 })],
    [
      'claims changed after signing',
      async () => {
        const [head, , signature] = (await scene.issuer.sign()).split('.');
        return `${head}.${base64url({ ...usualClaims(), role: 'ADMIN' })}.${signature}`;
      },
    ],
    ['a signature cut short', async () => (await scene.issuer.sign()).slice(0, -4)],
  ]; // prettier-ignore

  describe.each(forged)('of the bad kind: %s', (_what, make) => {
    it('are refused where a token is needed and where one is not, over REST and gRPC', async () => {
      const token = await make();
      const answer = await rest(scene.edge.port, '/v1/users/me', { token });
      expectRefused(answer, 401, 16, 'INVALID_TOKEN');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="shopverse", error="invalid_token"');
      const overGrpc = await grpc(scene.edge.port, '/shopverse.user.v1.UserService/GetProfile', { token });
      expectGrpcRefused(overGrpc, 16, 'INVALID_TOKEN', scene.descriptors);
      expectRefused(await rest(scene.edge.port, '/v1/products', { token }), 401, 16, 'INVALID_TOKEN');
      expect(scene.backends.calls).toEqual([]);
    });
  });
});

describe('access tokens when the keys cannot be had', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ EDGE_JWKS_URL: 'http://127.0.0.1:1/.well-known/jwks.json' });
  }, 30_000);
  afterAll(() => scene.stop());

  it('are not called bad: the edge is, with 503 and when to come back', async () => {
    const answer = await rest(scene.edge.port, '/v1/users/me', { token: await scene.issuer.sign() });
    expectRefused(answer, 503, 14, 'DEPENDENCY_UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="shopverse"');
  });

  it('keep nobody from public routes', async () => {
    expect((await rest(scene.edge.port, '/v1/products')).status).toBe(200);
  });
});
