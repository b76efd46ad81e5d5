import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rest } from './testing/call.ts';
import { startCollector, type Collector } from './testing/collector.ts';
import { eventually } from './testing/eventually.ts';
import { startScene, type Scene } from './testing/scene.ts';

const context = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])$/;

const strangersTrace = '11111111111111111111111111111111';
const stranger = `00-${strangersTrace}-2222222222222222-01`;

describe('a traced request', () => {
  let collector: Collector;
  let scene: Scene;
  beforeAll(async () => {
    collector = await startCollector();
    scene = await startScene({ EDGE_OTLP: collector.address });
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(async () => {
    collector.stop();
    await scene.stop();
  });

  it('is one trace: in the answer, at the service, and at the collector under the name of its RPC', async () => {
    const answer = await rest(scene.edge.port, '/v1/products');
    const [, traceId = '', spanId = '', sampled] = context.exec(String(answer.headers['traceparent'])) ?? [];
    expect(sampled).toBe('01');
    const [, passedTraceId, passedSpanId, passedSampled] =
      context.exec(String(scene.backends.calls[0]?.metadata.get('traceparent')[0])) ?? [];
    expect({ passedTraceId, passedSampled }).toEqual({ passedTraceId: traceId, passedSampled: '01' });
    expect(passedSpanId).not.toBe(spanId);
    const ids = [Buffer.from(traceId, 'hex'), Buffer.from(spanId, 'hex')];
    await eventually(
      async () => collector.received('edge', 'shopverse.product.v1.ProductService/ListProducts', ...ids) || undefined,
      15_000,
    );
  }, 20_000);

  it('continues the trace of its caller, but takes no baggage along', async () => {
    const answer = await rest(scene.edge.port, '/v1/products', { headers: { traceparent: stranger, baggage: 'a=b' } });
    expect(answer.headers['traceparent']).toContain(strangersTrace);
    expect(String(scene.backends.calls[0]?.metadata.get('traceparent')[0])).toContain(strangersTrace);
    expect(scene.backends.calls[0]?.metadata.get('baggage')).toEqual([]);
  });

  it.each([
    'garbage',
    '00-0-0-01',
    `ff-${strangersTrace}-2222222222222222-01`,
    `00-${'0'.repeat(32)}-2222222222222222-01`,
    `00-${strangersTrace}-${'0'.repeat(16)}-01`,
    `00-${strangersTrace}-22-01`,
  ])('is a trace of its own when the caller says "%s"', async (traceparent) => {
    const answer = await rest(scene.edge.port, '/v1/products', { headers: { traceparent } });
    expect(answer.headers['traceparent']).toMatch(context);
    expect(answer.headers['traceparent']).not.toContain(strangersTrace);
  });

  it('is one when it is refused', async () => {
    const answer = await rest(scene.edge.port, '/v1/users/me');
    expect(answer.headers['traceparent']).toMatch(context);
  });
});

describe('a request that is not traced', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ EDGE_TRACE_CONTEXT: 'restart' });
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  it('is a trace of its own where strangers are not to choose', async () => {
    const answer = await rest(scene.edge.port, '/v1/products', { headers: { traceparent: stranger } });
    expect(answer.headers['traceparent']).not.toContain(strangersTrace);
    expect(String(scene.backends.calls[0]?.metadata.get('traceparent')[0])).not.toContain(strangersTrace);
  });

  it('has a trace id all the same, and says that nothing is recorded', async () => {
    const answer = await rest(scene.edge.port, '/v1/products');
    const [, traceId, , sampled] = context.exec(String(answer.headers['traceparent'])) ?? [];
    expect(sampled).toBe('00');
    expect(String(scene.backends.calls[0]?.metadata.get('traceparent')[0])).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });
});
