import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A refresh token: 256 random bits, base64url. Only its holder knows it; here its hash is kept. */
export interface NewRefreshToken {
  readonly token: string;
  /** See `hashRefreshToken`. */
  readonly hash: string;
}

/** Makes a refresh token. */
export function newRefreshToken(): NewRefreshToken {
  const token = randomBytes(BYTES).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

/** SHA-256 of a token as it was shown, hexadecimal; a token of 256 random bits needs no slower hash. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
