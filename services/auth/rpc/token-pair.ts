import type { TokenPair } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { AccessToken } from '../keys/access-token.ts';

/** What a sign-in answers: the access token for the Authorization header (RFC 6750) and the refresh token for the next one. */
export function toTokenPair(userId: string, { token, ttlMs }: AccessToken, refreshToken: string): TokenPair {
  return {
    accessToken: token,
    tokenType: 'Bearer',
    expiresIn: { seconds: BigInt(Math.floor(ttlMs / 1000)), nanos: 0 },
    refreshToken,
    userId,
  };
}
