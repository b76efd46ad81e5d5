import { randomUUID } from 'node:crypto';
import { status as grpcStatus, type Metadata, type ServerUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { context as otelContext, type Context } from '@opentelemetry/api';
import { methodRules, type MethodRule } from '@shopverse/contracts/method-rules';
import { validators } from '@shopverse/contracts/validators';
import { Failure, failure } from '../failure.ts';
import { peerOf } from '../identity/peer.ts';
import { isConnectionTrouble } from '../store/connection-trouble.ts';
import type { Logger } from '../telemetry/logger.ts';
import { currentCall, type Call, type Caller } from './call.ts';
import { methodPath, type MessageType, type RpcMethod, type ServiceDefinition } from './definition.ts';
import { entityTag, isTagged, takePrecondition } from './entity-tag.ts';
import type { FaultInjector } from './fault-injector.ts';
import { checkIdempotencyKey, guard, type Revocations } from './guard.ts';
import { header, headers, readCaller } from './headers.ts';
import type { CallMetrics } from './metrics.ts';
import { toStatus, type CallStatus } from './status.ts';
import { beginServerSpan, endSpan, reportFault, traceIdOf } from './trace.ts';

type SurfaceCall = ServerUnaryCall<Buffer, object> | ServerWritableStream<Buffer, object>;

/** What the layers of one method need, looked up once when the server is built. */
export interface MethodLayers {
  readonly path: string;
  readonly rule: MethodRule;
  readonly requestType: MessageType<object>;
  readonly validate: ((message: never) => readonly { field: string; ruleId: string; message: string }[]) | undefined;
  readonly log: Logger;
  readonly metrics: CallMetrics;
  readonly revoked: Revocations | undefined;
  readonly faults: FaultInjector | undefined;
  /** The headers that go with an answer. */
  readonly headersOf: ((answer: object) => Metadata | undefined) | undefined;
}

/** @throws Error when the contract has no access rule for the method: nothing is served that nobody decided about */
export function layersOf(
  definition: ServiceDefinition,
  method: RpcMethod<object, object>,
  { log, metrics, revoked, faults }: Pick<MethodLayers, 'log' | 'metrics' | 'revoked' | 'faults'>,
): MethodLayers {
  const path = methodPath(definition, method);
  const rule = methodRules[path];
  if (rule === undefined) throw new Error(`${path} has no access rule in the contracts.`);
  return {
    path,
    rule,
    requestType: method.requestType,
    validate: validators[rule.request],
    log: log.child({ rpc: path.slice(1) }),
    metrics,
    revoked,
    faults,
    headersOf: isTagged(method, rule) ? (answer) => entityTag(method, answer) : undefined,
  };
}

/**
 * Runs one call through all layers, from the outside in: trace, log and metrics, errors, peer, access, decoding and validation, then the
 * handler. `finish` is called exactly once, with the status that the client gets.
 */
export async function throughLayers<Answer>(
  layers: MethodLayers,
  surface: SurfaceCall,
  handle: (request: object, call: Call) => Promise<Answer>,
  finish: (status: CallStatus | undefined, answer: Answer | undefined) => void,
): Promise<void> {
  const started = performance.now();
  const { metadata } = surface;
  const { context, span } = beginServerSpan(layers.path, metadata);
  const call = new ServerCall(layers, surface, context);
  try {
    call.admit();
    if (layers.faults?.armed === true) await layers.faults.meet(layers.path, call.signal);
    const request = decode(layers, surface);
    const run = () => currentCall.run(call, handle, request, call);
    const answer = await (span === undefined ? run() : otelContext.with(context, run));
    finish(undefined, answer);
    endSpan(span, grpcStatus.OK, 'server');
    layers.metrics.record(layers.path, grpcStatus.OK, performance.now() - started);
    layers.log.info(line(call, started, 'OK', span?.spanContext().traceId), 'call');
  } catch (error) {
    const refusal = asFailure(error, call);
    finish(toStatus(refusal, { requestId: call.requestId, traceId: traceIdOf(context) }), undefined);
    endSpan(span, refusal.code, 'server', error);
    if (span === undefined) reportFault(layers.path, context, Date.now() - (performance.now() - started), refusal.code, error);
    layers.metrics.record(layers.path, refusal.code, performance.now() - started);
    const fields = {
      ...line(call, started, grpcStatus[refusal.code] ?? '', span?.spanContext().traceId),
      reason: refusal.reason,
      metadata: refusal.options.metadata,
    };
    // A bug is logged with all there is to know; a refusal is business as usual.
    if (refusal.code === grpcStatus.INTERNAL) layers.log.error({ ...fields, err: error }, 'call failed');
    else if (refusal.reason === 'DEPENDENCY_UNAVAILABLE') layers.log.warn({ ...fields, cause: String(refusal.cause) }, 'call refused');
    else layers.log.info(fields, 'call refused');
  }
}

function decode(layers: MethodLayers, { request: bytes, metadata }: SurfaceCall): object {
  let message: object;
  try {
    message = layers.requestType.decode(bytes);
  } catch (cause) {
    throw new Failure('INVALID_REQUEST', 'The request is no message of this method.', { cause });
  }
  takePrecondition(message, metadata);
  const violations = layers.validate?.(message as never) ?? [];
  if (violations.length > 0) {
    throw new Failure('INVALID_REQUEST', violations.map((violation) => `${violation.field}: ${violation.message}`).join('; '), {
      violations,
    });
  }
  return message;
}

function asFailure(error: unknown, call: ServerCall): Failure {
  if (error instanceof Failure && error.reason !== 'INTERNAL') return error;
  if (call.cancelled) {
    return call.deadline <= Date.now()
      ? failure('DEADLINE_EXCEEDED', 'The time given for the call ran out.')
      : failure('CANCELLED', 'The call was cancelled.');
  }
  if (isConnectionTrouble(error)) return new Failure('DEPENDENCY_UNAVAILABLE', 'A store is away; try again later.', { cause: error });
  return new Failure('INTERNAL', 'Something went wrong on our side.', { metadata: { error_id: randomUUID() }, cause: error });
}

function line(call: Call, started: number, code: string, traceId: string | undefined): object {
  return {
    status: code,
    duration_ms: Math.round((performance.now() - started) * 100) / 100,
    peer: call.peer,
    request_id: call.requestId,
    ...(call.caller === undefined ? {} : { user_id: call.caller.userId }),
    ...(traceId === undefined ? {} : { trace_id: traceId }),
  };
}

/** A call being handled. What most handlers never ask for is made only when asked for. */
class ServerCall implements Call {
  readonly #layers: MethodLayers;
  readonly #surface: SurfaceCall;
  readonly context: Context;
  readonly requestId: string;
  #peer = '';
  #caller: Caller | undefined;
  #idempotencyKey: string | undefined;
  #abort: AbortController | undefined;
  #log: Logger | undefined;

  constructor(layers: MethodLayers, surface: SurfaceCall, context: Context) {
    this.#layers = layers;
    this.#surface = surface;
    this.context = context;
    this.requestId = header(surface.metadata, headers.requestId) ?? randomUUID();
  }

  /** Finds out who calls and lets the call in, or throws. */
  admit(): void {
    const peer = peerOf(this.#surface);
    if (peer === undefined) throw failure('CALLER_NOT_ALLOWED', 'A workload certificate of this mesh is needed.');
    this.#peer = peer;
    this.#caller = readCaller(this.metadata);
    guard(this.#layers.rule, peer, this.#caller, this.#layers.revoked);
    this.#idempotencyKey = checkIdempotencyKey(this.#layers.rule, header(this.metadata, headers.idempotencyKey));
  }

  get method(): string {
    return this.#layers.path;
  }
  get metadata(): Metadata {
    return this.#surface.metadata;
  }
  get requestBytes(): Uint8Array {
    return this.#surface.request;
  }
  get peer(): string {
    return this.#peer;
  }
  get caller(): Caller | undefined {
    return this.#caller;
  }
  get idempotencyKey(): string | undefined {
    return this.#idempotencyKey;
  }
  get cancelled(): boolean {
    return this.#surface.cancelled;
  }
  get deadline(): number {
    const deadline = this.#surface.getDeadline();
    return deadline instanceof Date ? deadline.getTime() : deadline;
  }
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      const end = () => abort.abort(asFailure(undefined, this));
      if (this.#surface.cancelled) end();
      else this.#surface.once('cancelled', end);
    }
    return this.#abort.signal;
  }
  get log(): Logger {
    return (this.#log ??= this.#layers.log.child({ request_id: this.requestId }));
  }
}
