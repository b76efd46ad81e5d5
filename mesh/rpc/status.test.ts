import { status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../failure.ts';
import { fromStatus, toStatus } from './status.ts';

const heard = (failure: Failure) => fromStatus(toStatus(failure), 'auth', '/shopverse.auth.v1.AuthService/ListSessions');

describe('what a peer refuses', () => {
  it.each([
    ['ORDER_NOT_FOUND', 'ORDER_NOT_FOUND'],
    ['SESSION_REVOKED', 'SESSION_REVOKED'],
    ['DEPENDENCY_UNAVAILABLE', 'DEPENDENCY_UNAVAILABLE'],
    ['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'],
    // That it does not let us in, or finds our request wrong, is a bug of ours.
    ['UNAUTHENTICATED', 'INTERNAL'],
    ['CALLER_NOT_ALLOWED', 'INTERNAL'],
    ['INVALID_REQUEST', 'INTERNAL'],
  ] as const)('as %s is %s to who asked on our behalf', (theirs, ours) => {
    expect(heard(new Failure(theirs, 'no')).reason).toBe(ours);
  });
});

describe('a refusal on the wire', () => {
  const trailer = (failure: Failure, name: string) => toStatus(failure).metadata.get(name)[0];

  it('says in a trailer what HTTP has a header for', () => {
    expect(trailer(new Failure('LOCKED_OUT', 'later', { retryAfterMs: 1_200 }), 'retry-after')).toBe('2');
    expect(trailer(new Failure('OVERLOADED', 'later', { retryAfterMs: 200 }), 'retry-after')).toBe('1');
    expect(trailer(new Failure('DEPENDENCY_UNAVAILABLE', 'away'), 'retry-after')).toBe('1');
    expect(trailer(new Failure('ORDER_NOT_FOUND', 'no'), 'retry-after')).toBeUndefined();
    expect(trailer(new Failure('UNAUTHENTICATED', 'who?'), 'www-authenticate')).toBe('Bearer realm="shopverse"');
    expect(trailer(new Failure('SESSION_REVOKED', 'ended'), 'www-authenticate')).toBe('Bearer realm="shopverse", error="invalid_token"');
  });

  it('has its gRPC code', () => {
    expect(toStatus(new Failure('SESSION_REVOKED', 'ended')).code).toBe(status.UNAUTHENTICATED);
  });
});
