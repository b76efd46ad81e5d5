import type { Metadata } from '@grpc/grpc-js';
import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type TextMapGetter,
} from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { status as grpcStatus } from '@grpc/grpc-js';

const tracer = trace.getTracer('@shopverse/mesh');

const fromMetadata: TextMapGetter<Metadata> = {
  get: (metadata, key) => {
    const [value] = metadata.get(key);
    return typeof value === 'string' ? value : undefined;
  },
  keys: (metadata) => Object.keys(metadata.getMap()),
};

/** A span of a call, or its absence: a call whose trace isn't kept costs no span but hands the decision on. */
export interface CallSpan {
  readonly context: Context;
  readonly span: Span | undefined;
}

/** Begins the server's span of a call; the parent is what came in its metadata. */
export function beginServerSpan(method: string, metadata: Metadata): CallSpan {
  return begin(method, SpanKind.SERVER, propagation.extract(ROOT_CONTEXT, metadata, fromMetadata));
}

/** Begins the client's span of a call, below the active one, and writes it into the call's metadata. */
export function beginClientSpan(method: string, peer: string, metadata: Metadata, parent: Context = context.active()): CallSpan {
  const begun = begin(method, SpanKind.CLIENT, parent);
  begun.span?.setAttribute('server.address', peer);
  propagation.inject(begun.context, metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return begun;
}

/** W3C trace id of a call, kept or not. */
export const traceIdOf = (context: Context): string | undefined => trace.getSpanContext(context)?.traceId;

function begin(method: string, kind: SpanKind, parent: Context): CallSpan {
  const parentSpan = trace.getSpanContext(parent);
  if (parentSpan !== undefined && isSpanContextValid(parentSpan) && (parentSpan.traceFlags & TraceFlags.SAMPLED) === 0) {
    return { context: parent, span: undefined };
  }
  const name = method.slice(1);
  const span = tracer.startSpan(name, { kind, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': name } }, parent);
  return { context: trace.setSpan(parent, span), span: span.isRecording() ? span : undefined };
}

/** Ends a span with the call's status code (OpenTelemetry's semantic conventions for gRPC: only our own faults are errors on the server). */
export function endSpan(span: Span | undefined, code: number, kind: 'server' | 'client', error?: unknown): void {
  if (span === undefined) return;
  const name = grpcStatus[code] ?? String(code);
  span.setAttribute('rpc.response.status_code', name);
  if (kind === 'client' ? code !== grpcStatus.OK : SERVER_FAULTS.has(code)) {
    span.setAttribute(ATTR_ERROR_TYPE, name);
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.addEvent('exception', { 'exception.type': error.name, 'exception.message': error.message });
  }
  span.end();
}

/**
 * Reports a call that failed by our own fault though its trace was not sampled: errors are always to be found. The span stands in the call's trace, alone but for others that
 * failed with it. Whatever is no fault of ours, or belongs to no trace, is left out.
 *
 * @param startedAt when the call began, in milliseconds since the epoch
 */
export function reportFault(method: string, parent: Context, startedAt: number, code: number, error: unknown): void {
  const spanContext = trace.getSpanContext(parent);
  if (!SERVER_FAULTS.has(code) || spanContext === undefined || !isSpanContextValid(spanContext)) return;
  const sampled = trace.setSpanContext(parent, { ...spanContext, traceFlags: spanContext.traceFlags | TraceFlags.SAMPLED });
  const name = method.slice(1);
  const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': name };
  endSpan(tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, startTime: startedAt }, sampled), code, 'server', error);
}

const SERVER_FAULTS: ReadonlySet<number> = new Set([
  grpcStatus.UNKNOWN,
  grpcStatus.DEADLINE_EXCEEDED,
  grpcStatus.UNIMPLEMENTED,
  grpcStatus.INTERNAL,
  grpcStatus.UNAVAILABLE,
  grpcStatus.DATA_LOSS,
]);
