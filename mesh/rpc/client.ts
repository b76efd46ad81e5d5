import { Client, Metadata, status as grpcStatus, type CallOptions, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { context as otelContext } from '@opentelemetry/api';
import { Failure, failure } from '../failure.ts';
import { currentCall } from './call.ts';
import { methodPath, methodsOf, toBuffer, type RequestOf, type ResponseOf, type RpcMethod, type ServiceDefinition } from './definition.ts';
import { headers, writeCaller } from './headers.ts';
import { CallMetrics } from './metrics.ts';
import { serviceConfig } from './service-config.ts';
import { fromStatus } from './status.ts';
import { beginClientSpan, endSpan } from './trace.ts';

/** How one call is made. */
export interface RequestOptions {
  /** Longest time for the call, in milliseconds; what is left of the call being handled shortens it. @default 5000 */
  readonly timeoutMs?: number;
  /** Ends the call early. @default the signal of the call being handled */
  readonly signal?: AbortSignal;
  /** Sent as `idempotency-key`. */
  readonly idempotencyKey?: string;
}

/** One async function for each unary method of a service. Rejects with `Failure`. */
export type RpcClient<Definition extends ServiceDefinition> = {
  readonly [Key in keyof Definition['methods'] as Definition['methods'][Key] extends { readonly responseStream: false } ? Key : never]: (
    request: RequestOf<Definition['methods'][Key]>,
    options?: RequestOptions,
  ) => Promise<ResponseOf<Definition['methods'][Key]>>;
};

/** Where a service is and how to reach it. */
export interface Peer {
  /** Its workload name: `product`. */
  readonly name: string;
  /** gRPC target: `dns:///product:50051`, `127.0.0.1:50052`. */
  readonly target: string;
  readonly credentials: ChannelCredentials;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** What a hop keeps of its caller's time, to be able to answer when the next one doesn't. */
const HOP_MARGIN_MS = 20;

/** A client and the channel below it. */
export interface OpenClient<Definition extends ServiceDefinition> {
  readonly client: RpcClient<Definition>;
  /** Tries to connect within `timeoutMs`; throws DEPENDENCY_UNAVAILABLE. For readiness. */
  connected(timeoutMs: number): Promise<void>;
  close(): void;
}

/**
 * A typed client of a service. Deadline, trace, request id and the user's identity of the call being handled go along by themselves; calls that
 * may be repeated (by the contract's idempotency_level) are retried when the peer was UNAVAILABLE (AIP-194), within gRPC's retry throttle.
 */
export function openClient<Definition extends ServiceDefinition>(
  definition: Definition,
  { name, target, credentials }: Peer,
): OpenClient<Definition> {
  const channel = new Client(target, credentials, {
    'grpc.service_config': serviceConfig(definition),
    'grpc.ssl_target_name_override': name,
    'grpc.default_authority': name,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 5_000,
  });
  const metrics = new CallMetrics('client');
  const entries = methodsOf(definition)
    .filter(([, method]) => !method.requestStream && !method.responseStream)
    .map(([key, method]) => [key, unaryCall(channel, name, methodPath(definition, method), method, metrics)]);
  return {
    client: Object.fromEntries(entries) as RpcClient<Definition>,
    connected: (timeoutMs) => waitForReady(channel, name, timeoutMs),
    close: () => channel.close(),
  };
}

function unaryCall(channel: Client, peer: string, path: string, method: RpcMethod<object, object>, metrics: CallMetrics) {
  const serialize = (message: object) => toBuffer(method.requestType.encode(message).finish());
  const deserialize = (bytes: Buffer) => method.responseType.decode(bytes);
  return async (request: object, options: RequestOptions = {}): Promise<object> => {
    const parent = currentCall.getStore();
    const deadline = deadlineOf(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, parent?.deadline);
    const signal = options.signal ?? parent?.signal;
    if (signal?.aborted === true) throw asFailure(signal.reason);
    const metadata = new Metadata();
    if (parent !== undefined) {
      metadata.set(headers.requestId, parent.requestId);
      if (parent.caller !== undefined) writeCaller(metadata, parent.caller);
    }
    if (options.idempotencyKey !== undefined) metadata.set(headers.idempotencyKey, options.idempotencyKey);
    const active = otelContext.active();
    const { span } = beginClientSpan(path, peer, metadata, parent !== undefined && active === parent.context ? parent.context : active);
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: object) => {
        signal?.removeEventListener('abort', cancel);
        const code = error?.code ?? grpcStatus.OK;
        metrics.record(path, code, performance.now() - started);
        endSpan(span, code, 'client', error ?? undefined);
        if (error !== null) reject(fromStatus(error, peer, path));
        else if (answer === undefined) reject(failure('INTERNAL', `The call to ${peer} ended without an answer.`));
        else resolve(answer);
      };
      const callOptions: CallOptions = { deadline };
      const call = channel.makeUnaryRequest(path, serialize, deserialize, request, metadata, callOptions, done);
      const cancel = () => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
    });
  };
}

/** The sooner of this call's own limit and what the call being handled has left. */
function deadlineOf(timeoutMs: number, parentDeadline = Infinity): number {
  return Math.min(Date.now() + timeoutMs, parentDeadline - HOP_MARGIN_MS);
}

function asFailure(reason: unknown): Failure {
  return reason instanceof Failure ? reason : new Failure('CANCELLED', 'The call was cancelled.', { cause: reason });
}

async function waitForReady(channel: Client, peer: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.waitForReady(Date.now() + timeoutMs, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(new Failure('DEPENDENCY_UNAVAILABLE', `The ${peer} service can't be reached.`, { cause: error }));
    });
  });
}
