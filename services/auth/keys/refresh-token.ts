import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A refresh token: 256 random bits, base64url. Only its holder knows it; here its hash is kept. */
export interface NewRefreshToken {
  readonly token: string;
  readonly hash: Buffer;
}

/** Makes a refresh token. */
export function newRefreshToken(): NewRefreshToken {
  const token = randomBytes(BYTES).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

/** SHA-256 of a token as it was shown; a token of 256 random bits needs no slower hash. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
