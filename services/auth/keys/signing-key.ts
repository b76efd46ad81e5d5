import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type CryptoKey } from 'jose';
import type { JsonWebKey } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { ScheduledKey } from '../domain/key-schedule.ts';
import { open, seal } from './sealed-box.ts';

/** Elliptic curve signatures on P-256 (RFC 7518, section 3.4). */
export const ALGORITHM = 'ES256';

/** A signing key as it is kept: the private part sealed. */
export interface StoredKey extends ScheduledKey {
  readonly createdAt: Date;
  /** x and y of the public point, base64url (RFC 7518, section 6.2.1). */
  readonly x: string;
  readonly y: string;
  /** PKCS #8, sealed with the key's id as its label. */
  readonly sealedPrivateKey: Uint8Array;
}

/** Makes a new key pair; its id is the thumbprint of its public part (RFC 7638). */
export async function makeSigningKey(sealingKey: Uint8Array, createdAt: Date, signsFrom: Date): Promise<StoredKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const sealedPrivateKey = seal(sealingKey, Buffer.from(await exportPKCS8(privateKey)), kid);
  return { kid, createdAt, signsFrom, x: jwk.x ?? '', y: jwk.y ?? '', sealedPrivateKey };
}

/** The private key to sign with. It can't be exported again. Throws `CannotOpen` when it was sealed under another key. */
export async function openSigningKey(sealingKey: Uint8Array, { kid, sealedPrivateKey }: StoredKey): Promise<CryptoKey> {
  return importPKCS8(open(sealingKey, sealedPrivateKey, kid).toString(), ALGORITHM);
}

/** The public part, as it is published. */
export function publicJwk({ kid, x, y }: StoredKey): JsonWebKey {
  return { kty: 'EC', crv: 'P-256', x, y, kid, alg: ALGORITHM, use: 'sig' };
}
