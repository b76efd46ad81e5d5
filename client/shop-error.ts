import type { ErrorReason } from './gen/error-reason.ts';

/** A field of the request that breaks a rule. */
export interface FieldViolation {
  /** snake_case, with indices: `items[0].quantity`. */
  readonly field: string;
  readonly description: string;
  /** The rule: `int32.gte`. */
  readonly reason?: string;
}

interface Detail extends Readonly<Record<string, unknown>> {
  readonly '@type'?: string;
}

/** A call that was refused. Decide by `reason`; `message` is for people. */
export class ShopError extends Error {
  override readonly name = 'ShopError';
  /** HTTP status; that of the stream's start when a stream failed on its way. */
  readonly status: number;
  /** gRPC status code. */
  readonly code: number;
  /** Newer shops may have reasons this client does not know. */
  readonly reason: ErrorReason | 'UNKNOWN' | (string & {});
  /** Facts that go with the reason. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Bad fields of the request. */
  readonly violations: readonly FieldViolation[];
  /** How long to wait before trying again, in milliseconds, if the shop says so. */
  readonly retryAfterMs: number | undefined;
  /** What to quote when asking for help. */
  readonly requestId: string | undefined;
  /** W3C trace id. */
  readonly traceId: string | undefined;

  /** @param status google.rpc.Status in JSON, or whatever else was answered */
  constructor(httpStatus: number, headers: Headers, status: unknown) {
    const { code = 2, message, details = [] } = (isObject(status) ? status : {}) as { code?: number; message?: string; details?: Detail[] };
    super(message ?? `The shop answered ${httpStatus}.`);
    const find = (type: string): Detail => details.find((detail) => detail['@type']?.endsWith(`/google.rpc.${type}`)) ?? {};
    const info = find('ErrorInfo') as { reason?: string; metadata?: Record<string, string> };
    this.status = httpStatus;
    this.code = code;
    this.reason = info.reason ?? 'UNKNOWN';
    this.metadata = info.metadata ?? {};
    this.violations = (find('BadRequest')['fieldViolations'] as FieldViolation[] | undefined) ?? [];
    this.retryAfterMs = secondsMs(headers.get('retry-after')) ?? secondsMs(find('RetryInfo')['retryDelay']);
    this.requestId = headers.get('x-request-id') ?? undefined;
    this.traceId = headers.get('traceparent')?.split('-')[1];
  }

  /** Whether this is the reason: `error.is('OUT_OF_STOCK')`. */
  is(reason: ErrorReason): boolean {
    return this.reason === reason;
  }
}

/** No answer came: the shop could not be reached, or the connection broke. `cause` says how. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** "1.5s" or "2" as milliseconds. */
function secondsMs(text: unknown): number | undefined {
  const seconds = typeof text === 'string' && text !== '' ? Number(text.replace(/s$/, '')) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
