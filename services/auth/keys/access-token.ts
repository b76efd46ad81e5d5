import { SignJWT } from 'jose';
import { newId } from '@shopverse/mesh/ids';
import type { Signer } from './key-ring.ts';
import { ALGORITHM } from './signing-key.ts';

/** Whom an access token speaks for. */
export interface TokenSubject {
  readonly userId: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: string;
  readonly sessionId: string;
}

/** What access tokens are made with. */
export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly ttlMs: number;
  readonly signer: () => Signer;
  readonly clock: () => Date;
}

/** An access token and how long it is good for. */
export interface AccessToken {
  readonly token: string;
  readonly ttlMs: number;
}

/** Signs access tokens: JWT (RFC 7519), ES256, with the claims sub, email, name, role, sid, iss, aud, iat, exp and jti. */
export function accessTokens({ issuer, audience, ttlMs, signer, clock }: AccessTokenOptions) {
  return async ({ userId, email, fullName, role, sessionId }: TokenSubject): Promise<AccessToken> => {
    const { kid, privateKey } = signer();
    const issuedAt = Math.floor(clock().getTime() / 1000);
    const token = await new SignJWT({ email, name: fullName, role, sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.floor(ttlMs / 1000))
      .setJti(newId())
      .sign(privateKey);
    return { token, ttlMs };
  };
}

/** See `accessTokens`. */
export type IssueAccessToken = ReturnType<typeof accessTokens>;
