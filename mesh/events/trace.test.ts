import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { beginMessageSpan, currentTraceparent } from './trace.ts';

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({ autoDetectResources: false, spanProcessors: [new SimpleSpanProcessor({ exporter })], metricReaders: [] });

beforeAll(() => sdk.start());
beforeEach(() => exporter.reset());
afterAll(() => sdk.shutdown());

describe('the trace of an event', () => {
  it('leads from the command over the relay to the consumer', () => {
    const command = trace.getTracer('test').startSpan('CreateOrder');
    const stored = context.with(trace.setSpan(context.active(), command), currentTraceparent);
    const send = beginMessageSpan('send', { topic: 'shopverse.order.v1', messageId: 'e1', parent: stored });
    const consume = beginMessageSpan('process', { topic: 'shopverse.order.v1', messageId: 'e1', parent: send.traceparent });
    const inHandler = context.with(consume.context, currentTraceparent);
    consume.end();
    send.end();
    command.end();

    const [processed, sent, commanded] = exporter.getFinishedSpans();
    expect([commanded?.name, sent?.name, processed?.name]).toEqual([
      'CreateOrder',
      'send shopverse.order.v1',
      'process shopverse.order.v1',
    ]);
    expect([sent?.kind, processed?.kind]).toEqual([SpanKind.PRODUCER, SpanKind.CONSUMER]);
    expect(sent?.parentSpanContext?.spanId).toBe(commanded?.spanContext().spanId);
    expect(processed?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
    expect(new Set([commanded, sent, processed].map((span) => span?.spanContext().traceId)).size).toBe(1);
    expect(inHandler).toContain(processed?.spanContext().spanId);
    expect(processed?.attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'shopverse.order.v1',
      'messaging.message.id': 'e1',
    });
  });

  it('shows what went wrong', () => {
    beginMessageSpan('process', { topic: 't', messageId: 'e1', parent: undefined }).end(new TypeError('no'));
    const [span] = exporter.getFinishedSpans();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes['error.type']).toBe('TypeError');
  });

  it('costs no span when it is not kept, but says so to those behind', () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    const send = beginMessageSpan('send', { topic: 't', messageId: 'e1', parent });
    send.end();
    expect(send.traceparent).toBe(parent);
    expect(context.with(send.context, currentTraceparent)).toBe(parent);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
