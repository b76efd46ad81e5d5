import { createHmac, timingSafeEqual } from 'node:crypto';

const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** Whether `signature` is the HMAC-SHA256 of exactly these bytes, in lower-case hex. Takes the same time wherever the two differ. */
export function isSignedBy(secret: string, body: Uint8Array, signature: string | undefined): boolean {
  if (signature === undefined || !HEX_SHA256.test(signature)) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(signature, 'hex'));
}
