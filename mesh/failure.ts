import { errorReasons, type ErrorReason } from '@shopverse/contracts/error-reasons';

/** One field of a request that breaks a rule (google.rpc.BadRequest.FieldViolation). */
export interface FieldViolation {
  /** Path in the request, snake_case with indices: `items[0].quantity`. */
  readonly field: string;
  /** What is wrong and what would be right, one sentence. */
  readonly message: string;
  /** The rule that was broken: `int32.gte`. */
  readonly ruleId?: string;
}

/** What a `Failure` may carry besides its reason. */
export interface FailureOptions {
  /** Facts for machines (google.rpc.ErrorInfo.metadata). Ids and numbers, nothing personal; empty values are left out. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Bad fields, for INVALID_ARGUMENT. */
  readonly violations?: readonly FieldViolation[];
  /** When trying again makes sense, in milliseconds from now (google.rpc.RetryInfo). */
  readonly retryAfterMs?: number;
  /** What caused it; logged, never sent. */
  readonly cause?: unknown;
}

/**
 * A call that is refused for a reason of the contract (`proto/shopverse/errors/v1/reason.proto`). Anything else that is thrown is a bug or
 * trouble nobody foresaw and reaches the client as INTERNAL.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: ErrorReason;
  readonly options: FailureOptions;

  constructor(reason: ErrorReason, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.options = options;
  }

  /** The gRPC status code that the contract gives this reason. */
  get code(): number {
    return errorReasons[this.reason];
  }
}

/** A `Failure` with `metadata` and nothing else, the common case: `throw failure('ORDER_NOT_FOUND', 'No such order.', { order_id: id })`. */
export function failure(reason: ErrorReason, message: string, metadata?: Readonly<Record<string, string>>): Failure {
  return new Failure(reason, message, metadata === undefined ? {} : { metadata });
}

/** A refusal of one field of the request, for rules that the contract's options can't say. */
export function invalidField(field: string, message: string): Failure {
  return new Failure('INVALID_REQUEST', `${field}: ${message}`, { violations: [{ field, message }] });
}
