import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** Stands for the auth service's admin port: publishes a key and signs with it. */
export interface TokenIssuer {
  /** For EDGE_JWKS_URL. */
  readonly jwksUrl: string;
  readonly publicKey: CryptoKey;
  readonly keyId: string;
  /** A good token for a user; `claims` go over the usual ones, an undefined one is left out. `key` signs instead of the published one. */
  sign(claims?: Readonly<Record<string, unknown>>, key?: CryptoKey): Promise<string>;
  stop(): Promise<void>;
}

/** The claims of a good token. */
export const usualClaims = (now = Math.floor(Date.now() / 1000)): JWTPayload => ({
  iss: 'https://shopverse.local',
  aud: 'shopverse',
  sub: '0190a7f0-0000-7000-8000-000000000001',
  role: 'CUSTOMER',
  email: 'asha@example.in',
  name: 'Asha Rao',
  sid: '0190a7f0-0000-7000-8000-0000000000aa',
  iat: now,
  exp: now + 900,
});

/** Starts an issuer with one ES256 key. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const keyId = 'key-1';
  const keys = [{ ...(await exportJWK(publicKey)), kid: keyId, alg: 'ES256', use: 'sig' }];
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/.well-known/jwks.json' ? 200 : 404;
    response.setHeader('content-type', 'application/json').end(response.statusCode === 200 ? JSON.stringify({ keys }) : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    publicKey,
    keyId,
    sign: async (claims = {}, key = privateKey) =>
      new SignJWT({ ...usualClaims(), ...claims }).setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: keyId }).sign(key),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
}
