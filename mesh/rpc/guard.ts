import type { MethodRule } from '@shopverse/contracts/method-rules';
import { failure } from '../failure.ts';
import type { Caller } from './call.ts';

/** Knows which sessions were ended before their tokens expire. */
export interface Revocations {
  has(sessionId: string): boolean;
}

/**
 * Lets a call through or throws, by the contract's access rule. The edge has checked the same rule for calls from outside; that a service checks
 * again is what makes a hole in the edge's configuration no hole in the shop.
 *
 * @throws Failure CALLER_NOT_ALLOWED, UNAUTHENTICATED, SESSION_REVOKED or ROLE_NOT_ALLOWED
 */
export function guard({ access }: MethodRule, peer: string, caller: Caller | undefined, revoked?: Revocations): void {
  // What one service asks of another on the way is let through: the first of them has looked.
  if (access.level !== 'INTERNAL' && caller !== undefined && revoked?.has(caller.sessionId) === true)
    throw failure('SESSION_REVOKED', 'This session was ended: sign in again.');
  switch (access.level) {
    case 'PUBLIC':
      return;
    case 'INTERNAL':
      if (!access.callers.includes(peer)) throw failure('CALLER_NOT_ALLOWED', `The workload ${peer} may not call this method.`, { peer });
      return;
    case 'SIGNED_IN':
      if (caller === undefined) throw failure('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
      return;
    case 'ROLES':
      if (caller === undefined) throw failure('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
      if (!access.roles.includes(caller.role)) {
        throw failure('ROLE_NOT_ALLOWED', `This needs the role ${access.roles.join(' or ')}.`, { role: caller.role });
      }
      return;
  }
}

/** A key that a client makes up: 8 to 128 printable ASCII characters. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

/**
 * The call's idempotency key, if the method takes one.
 *
 * @throws Failure INVALID_REQUEST when malformed, IDEMPOTENCY_KEY_REQUIRED when the method needs one and there is none
 */
export function checkIdempotencyKey({ idempotencyKey }: MethodRule, key: string | undefined): string | undefined {
  if (idempotencyKey === 'NONE') return undefined;
  if (key === undefined) {
    if (idempotencyKey === 'REQUIRED')
      throw failure('IDEMPOTENCY_KEY_REQUIRED', 'Send an Idempotency-Key header: a new UUID for each new request.');
    return undefined;
  }
  if (!IDEMPOTENCY_KEY.test(key))
    throw failure('INVALID_REQUEST', 'The Idempotency-Key header must be 8 to 128 printable characters, for example a UUID.');
  return key;
}
