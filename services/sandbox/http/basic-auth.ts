import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal.ts';
import type { Request } from './request.ts';
import type { Handler } from './routes.ts';

/** Lets in only who shows the account's key id and secret (Basic, RFC 7617). */
export function withBasicAuth(account: { readonly keyId: string; readonly keySecret: string }): (handler: Handler) => Handler {
  const expected = digest(`Basic ${Buffer.from(`${account.keyId}:${account.keySecret}`).toString('base64')}`);
  const known = (request: Request) => timingSafeEqual(digest(request.header('authorization') ?? ''), expected);
  return (handler) => (request) => {
    if (!known(request)) throw new Refusal(401, 'BAD_REQUEST_ERROR', 'Authentication failed');
    return handler(request);
  };
}

/** Equal lengths, so that the comparison tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
