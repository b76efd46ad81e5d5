import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RequestInfo, RetryInfo } from '@shopverse/contracts/google/rpc/error_details';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { errorReasons, type ErrorReason } from '@shopverse/contracts/error-reasons';
import { Failure } from '../failure.ts';
import { toBuffer } from './definition.ts';

/** `ErrorInfo.domain` of every reason of the shop (AIP-193). */
export const ERROR_DOMAIN = 'shopverse';

const DETAILS = 'grpc-status-details-bin';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

/** A gRPC status with its trailers. */
export type CallStatus = StatusObject;

/** What to quote when asking for help. */
export interface CallIds {
  readonly requestId: string;
  /** W3C trace id, when the call is traced. */
  readonly traceId: string | undefined;
}

/**
 * A failure as a gRPC status whose details are `google.rpc.Status` (the richer error model). What HTTP has a header for is a trailer too: the edge
 * hands it to REST callers as one (RFC 9110, RFC 6750).
 */
export function toStatus(failure: Failure, ids?: CallIds): CallStatus {
  const { metadata = {}, violations = [], retryAfterMs } = failure.options;
  const details = [
    {
      typeUrl: `${TYPE_PREFIX}ErrorInfo`,
      value: encode(ErrorInfo, { reason: failure.reason, domain: ERROR_DOMAIN, metadata: withoutEmpty(metadata) }),
    },
  ];
  if (violations.length > 0) {
    const fieldViolations = violations.map(({ field, message, ruleId }) => ({
      field,
      description: message,
      reason: ruleId ?? '',
      localizedMessage: undefined,
    }));
    details.push({ typeUrl: `${TYPE_PREFIX}BadRequest`, value: encode(BadRequest, { fieldViolations }) });
  }
  if (retryAfterMs !== undefined) {
    const retryDelay = { seconds: BigInt(Math.floor(retryAfterMs / 1000)), nanos: (retryAfterMs % 1000) * 1_000_000 };
    details.push({ typeUrl: `${TYPE_PREFIX}RetryInfo`, value: encode(RetryInfo, { retryDelay }) });
  }
  if (ids !== undefined) {
    const { requestId, traceId: servingData = '' } = ids;
    details.push({ typeUrl: `${TYPE_PREFIX}RequestInfo`, value: encode(RequestInfo, { requestId, servingData }) });
  }
  const trailers = new Metadata();
  if (retryAfterMs !== undefined) trailers.set('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  else if (failure.code === status.UNAVAILABLE) trailers.set('retry-after', '1');
  if (failure.code === status.UNAUTHENTICATED) trailers.set('www-authenticate', challengeOf(failure.reason));
  trailers.set(DETAILS, encode(Status, { code: failure.code, message: failure.message, details }));
  return { code: failure.code, details: failure.message, metadata: trailers };
}

/** RFC 6750, section 3: a token that was shown and is no good is told apart from one that is missing. */
function challengeOf(reason: ErrorReason): string {
  const challenge = 'Bearer realm="shopverse"';
  return reason === 'SESSION_REVOKED' ? `${challenge}, error="invalid_token"` : challenge;
}

/** What a peer answered when it did not answer with a message. */
export interface ErrorStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Refusals that are about the caller's own request and so mean the same one hop further out. */
const PASSED_ON: ReadonlySet<number> = new Set([
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.RESOURCE_EXHAUSTED,
]);

/** What grpc-js says of a target that xDS gives no endpoint for. */
const NO_INSTANCE = 'priority policy has empty priority list';

/**
 * What a peer's refusal means to the one who called it. A refusal of the business stays what it is, with its reason; that the peer is away, late or broken
 * is our own trouble; that it does not let us in, or finds our request wrong, is a bug of ours.
 */
export function fromStatus(error: ErrorStatus, peer: string, method: string): Failure {
  const info = errorInfo(error.metadata);
  if (info !== undefined && PASSED_ON.has(error.code) && info.reason in errorReasons) {
    return new Failure(info.reason as ErrorReason, error.details, { metadata: info.metadata, cause: error });
  }
  // On whose behalf we ask, the peer knows sooner than we to be no one any more.
  if (info?.reason === 'SESSION_REVOKED') return new Failure('SESSION_REVOKED', error.details, { cause: error });
  switch (error.code) {
    case status.UNAVAILABLE:
    case status.RESOURCE_EXHAUSTED: {
      const state = error.details === NO_INSTANCE ? 'has no instance that the mesh knows' : 'is away';
      return new Failure('DEPENDENCY_UNAVAILABLE', `The ${peer} service ${state}; try again later.`, { cause: error });
    }
    case status.DEADLINE_EXCEEDED:
      return new Failure('DEADLINE_EXCEEDED', `The ${peer} service did not answer in time.`, { cause: error });
    case status.CANCELLED:
      return new Failure('CANCELLED', 'The call was cancelled.', { cause: error });
    default:
      return new Failure('INTERNAL', `The call to ${peer} failed.`, { metadata: { method }, cause: error });
  }
}

/** The `ErrorInfo` of this shop in a status's details, if there is one. */
export function errorInfo(metadata: Metadata): { reason: string; metadata: Record<string, string> } | undefined {
  const [bytes] = metadata.get(DETAILS);
  if (!Buffer.isBuffer(bytes)) return undefined;
  const any = Status.decode(bytes).details.find(({ typeUrl }) => typeUrl === `${TYPE_PREFIX}ErrorInfo`);
  if (any === undefined) return undefined;
  const info = ErrorInfo.decode(any.value);
  return info.domain === ERROR_DOMAIN ? info : undefined;
}

function encode<Message>(type: { encode(message: Message): { finish(): Uint8Array } }, message: Message): Buffer {
  return toBuffer(type.encode(message).finish());
}

/** An empty value of a map crashes Envoy's transcoder when it is left out on the wire, and says nothing anyway. */
function withoutEmpty(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key, value]) => key !== '' && value !== ''));
}
