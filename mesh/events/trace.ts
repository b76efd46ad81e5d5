import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { currentCall } from '../rpc/call.ts';

const tracer = trace.getTracer('@shopverse/mesh');

/** The W3C traceparent of what is being done now: the active span, or the decision of the call that isn't sampled. */
export function currentTraceparent(): string | undefined {
  const active = context.active();
  return traceparentOf(trace.getSpan(active) === undefined ? (currentCall.getStore()?.context ?? active) : active);
}

/** A message's step through Kafka, and what its headers say about it. */
export interface MessageSpan {
  readonly context: Context;
  readonly traceparent: string | undefined;
  /** Ends the span; with what went wrong, if something did. */
  end(error?: unknown): void;
}

/** What a span is about. */
export interface MessageSpanOptions {
  readonly topic: string;
  readonly messageId: string;
  /** The traceparent that came with the message. */
  readonly parent: string | undefined;
  readonly attributes?: Attributes;
}

/**
 * Begins the span of sending or of processing a message, a child of what came with it (OpenTelemetry's semantic conventions for messaging). A
 * trace that isn't kept costs no span but is handed on.
 */
export function beginMessageSpan(operation: 'send' | 'process', { topic, messageId, parent, attributes }: MessageSpanOptions): MessageSpan {
  const above = parent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
  const parentSpan = trace.getSpanContext(above);
  if (parentSpan !== undefined && isSpanContextValid(parentSpan) && (parentSpan.traceFlags & TraceFlags.SAMPLED) === 0) {
    return { context: above, traceparent: parent, end: () => undefined };
  }
  const span = tracer.startSpan(
    `${operation} ${topic}`,
    {
      kind: operation === 'send' ? SpanKind.PRODUCER : SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': operation,
        'messaging.operation.type': operation,
        'messaging.destination.name': topic,
        'messaging.message.id': messageId,
        ...attributes,
      },
    },
    above,
  );
  const below = trace.setSpan(above, span);
  return { context: below, traceparent: traceparentOf(below) ?? parent, end: (error) => endSpan(span, error) };
}

function endSpan(span: Span, error: unknown): void {
  if (error !== undefined) {
    span.setAttribute(ATTR_ERROR_TYPE, error instanceof Error ? error.name : typeof error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.addEvent('exception', { 'exception.type': error.name, 'exception.message': error.message });
  }
  span.end();
}

function traceparentOf(of: Context): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(of, carrier);
  return carrier.traceparent;
}
