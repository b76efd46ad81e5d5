import { AsyncLocalStorage } from 'node:async_hooks';
import type { Metadata } from '@grpc/grpc-js';
import type { Context } from '@opentelemetry/api';
import type { Role } from '@shopverse/contracts/method-rules';
import { failure } from '../failure.ts';
import type { Logger } from '../telemetry/logger.ts';

/** The signed-in user on whose behalf a call is made, as the edge read it from the token. */
export interface Caller {
  readonly userId: string;
  readonly role: Role;
  readonly email: string;
  readonly sessionId: string;
}

/** One call that is being handled. */
export interface Call {
  /** `/shopverse.order.v1.OrderService/CreateOrder` */
  readonly method: string;
  /** The workload that calls, from its certificate. */
  readonly peer: string;
  /** The user on whose behalf; undefined when nobody is signed in. */
  readonly caller: Caller | undefined;
  /** The same on every hop and in the client's answer. */
  readonly requestId: string;
  /** The `idempotency-key` header, checked for its form. */
  readonly idempotencyKey: string | undefined;
  /** Milliseconds since the epoch; Infinity when there is none. */
  readonly deadline: number;
  /** Aborts when the deadline passes or the client hangs up. */
  readonly signal: AbortSignal;
  /** What came with the call; not to be changed. */
  readonly metadata: Metadata;
  /** The request as it travelled. */
  readonly requestBytes: Uint8Array;
  /** Logs with the call's method and request id. */
  readonly log: Logger;
  /** OpenTelemetry's context of the call: the span, or what came in when it isn't sampled. */
  readonly context: Context;
}

/** Carries the call that is being handled to whatever it calls in turn. */
export const currentCall = new AsyncLocalStorage<Call>();

/**
 * Runs a part of the call that is being handled with at most `ms` milliseconds of its time: what it calls in turn has that deadline. Outside of a call `work` has the
 * limits that it has by itself.
 */
export function withinMs<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const call = currentCall.getStore();
  if (call === undefined) return work();
  const { method, peer, caller, requestId, idempotencyKey, metadata, requestBytes, log, context } = call;
  const deadline = Math.min(call.deadline, Date.now() + ms);
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(ms)]);
  return currentCall.run({ method, peer, caller, requestId, idempotencyKey, metadata, requestBytes, log, context, deadline, signal }, work);
}

/** The signed-in user; throws UNAUTHENTICATED when there is none. */
export function signedIn(call: Call): Caller {
  if (call.caller === undefined) throw failure('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
  return call.caller;
}
