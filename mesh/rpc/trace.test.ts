import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { beginServerSpan, endSpan, reportFault } from './trace.ts';

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({ autoDetectResources: false, spanProcessors: [new SimpleSpanProcessor({ exporter })], metricReaders: [] });
beforeAll(() => sdk.start());
afterEach(() => exporter.reset());
afterAll(() => sdk.shutdown());

const METHOD = '/shopverse.user.v1.UserService/GetProfile';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
/** A call that came with a trace context. */
function called(flags: '00' | '01') {
  const metadata = new Metadata();
  metadata.set('traceparent', `00-${TRACE}-b7ad6b7169203331-${flags}`);
  return beginServerSpan(METHOD, metadata);
}

describe('a call whose trace is not sampled', () => {
  it('has no span when it is answered, or refused for what the caller did', () => {
    const { context, span } = called('00');
    expect(span).toBeUndefined();
    for (const code of [status.OK, status.NOT_FOUND, status.INVALID_ARGUMENT]) reportFault(METHOD, context, Date.now(), code, undefined);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it.each(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const)(
    'has one in its trace when it fails with %s, which is ours',
    (name) => {
      const { context } = called('00');
      const startedAt = Date.now() - 250;
      reportFault(METHOD, context, startedAt, status[name], new Error('a bug'));
      const [span] = exporter.getFinishedSpans();
      expect(span).toMatchObject({ name: METHOD.slice(1), attributes: { 'rpc.response.status_code': name, 'error.type': name } });
      expect(span?.spanContext().traceId).toBe(TRACE);
      expect(span?.events.map((event) => event.name)).toEqual(['exception']);
      expect((span?.duration[0] ?? 0) * 1e3 + (span?.duration[1] ?? 0) / 1e6).toBeGreaterThanOrEqual(240);
    },
  );
});

describe('a call whose trace is sampled', () => {
  it('has its span, and no second one', () => {
    const { span } = called('01');
    endSpan(span, status.INTERNAL, 'server', new Error('a bug'));
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });
});
