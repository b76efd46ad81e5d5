import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { currentCall } from '../rpc/call.ts';

const tracer = trace.getTracer('@shopverse/mesh');

/**
 * Runs a request to somebody outside the mesh in a client span below the call being handled. Outside of a trace, or in one that isn't kept, it just runs.
 *
 * @param name of the span: "razorpay orders.create"
 */
export async function inClientSpan<T>(name: string, attributes: Attributes, run: () => Promise<T>): Promise<T> {
  const active = context.active();
  const parent = active === ROOT_CONTEXT ? (currentCall.getStore()?.context ?? active) : active;
  if (trace.getSpanContext(parent) === undefined) return run();
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), run);
  } catch (error) {
    span.setAttribute(ATTR_ERROR_TYPE, error instanceof Error ? error.name : 'error');
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** The trace of the running code as HTTP headers (W3C Trace Context); empty outside of one. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}
