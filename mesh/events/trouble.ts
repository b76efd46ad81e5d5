import { status } from '@grpc/grpc-js';
import { Failure } from '../failure.ts';
import { isConnectionTrouble } from '../store/connection-trouble.ts';

/** An event that can never be handled, however often it is tried. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** Sends the event that is being handled to the dead letters at once: `throw permanent('The order has no lines.')`. */
export function permanent(message: string, cause?: unknown): PermanentError {
  return new PermanentError(message, cause === undefined ? undefined : { cause });
}

/**
 * What an error says about trying again:
 * - `transient`: a store or a peer is away, late, or was changed by somebody else: again, for as long as it lasts.
 * - `permanent`: the event breaks a rule: never again.
 * - `unknown`: a bug, or something that is not there yet: again, but not for ever.
 */
export type TroubleKind = 'transient' | 'permanent' | 'unknown';

const KINDS: Readonly<Record<number, TroubleKind>> = {
  [status.CANCELLED]: 'transient',
  [status.DEADLINE_EXCEEDED]: 'transient',
  [status.RESOURCE_EXHAUSTED]: 'transient',
  [status.ABORTED]: 'transient',
  [status.UNAVAILABLE]: 'transient',
  [status.INVALID_ARGUMENT]: 'permanent',
  [status.ALREADY_EXISTS]: 'permanent',
  [status.FAILED_PRECONDITION]: 'permanent',
  [status.OUT_OF_RANGE]: 'permanent',
};

/** See `TroubleKind`. */
export function kindOf(error: unknown): TroubleKind {
  if (error instanceof PermanentError) return 'permanent';
  if (error instanceof Failure) return KINDS[error.code] ?? 'unknown';
  return isTimeout(error) || isConnectionTrouble(error) ? 'transient' : 'unknown';
}

/** What an AbortSignal gives as its reason, which is a DOMException. */
function isTimeout(error: unknown): boolean {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  return name === 'TimeoutError' || name === 'AbortError';
}
