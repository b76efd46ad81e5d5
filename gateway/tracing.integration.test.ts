import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rest } from './testing/call.ts';
import { startCollector, type Collector } from './testing/collector.ts';
import { eventually } from './testing/eventually.ts';
import { startScene, type Scene } from './testing/scene.ts';

const context = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])$/;

describe('a traced request', () => {
  let collector: Collector;
  let scene: Scene;
  beforeAll(async () => {
    collector = await startCollector();
    scene = await startScene({ EDGE_OTLP: collector.address });
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(async () => {
    await scene.stop();
    collector.stop();
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

  it('is a trace of its own, whatever trace a stranger claims', async () => {
    const stranger = '11111111111111111111111111111111';
    const answer = await rest(scene.edge.port, '/v1/products', {
      headers: { traceparent: `00-${stranger}-2222222222222222-01`, baggage: 'a=b' },
    });
    expect(answer.headers['traceparent']).not.toContain(stranger);
    expect(String(scene.backends.calls[0]?.metadata.get('traceparent')[0])).not.toContain(stranger);
    expect(scene.backends.calls[0]?.metadata.get('baggage')).toEqual([]);
  });

  it('is one when it is refused', async () => {
    const answer = await rest(scene.edge.port, '/v1/users/me');
    expect(answer.headers['traceparent']).toMatch(context);
  });
});

describe('a request that is not traced', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 30_000);
  afterAll(() => scene.stop());

  it('has a trace id all the same, and says that nothing is recorded', async () => {
    const answer = await rest(scene.edge.port, '/v1/products');
    const [, traceId, , sampled] = context.exec(String(answer.headers['traceparent'])) ?? [];
    expect(sampled).toBe('00');
    expect(String(scene.backends.calls[0]?.metadata.get('traceparent')[0])).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });
});
