import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rest } from './testing/call.ts';
import { expectRefused } from './testing/error-shape.ts';
import { eventually } from './testing/eventually.ts';
import { startScene, type Scene } from './testing/scene.ts';

describe('between the edge and a service', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({}, { identities: { recommendation: 'order' } });
  }, 30_000);
  afterAll(() => scene.stop());

  it('the edge shows its own identity', async () => {
    await rest(scene.edge.port, '/v1/products');
    expect(scene.backends.calls.at(-1)?.peer.names).toContain('URI:spiffe://shopverse/edge');
  });

  it('a peer with the certificate of another service is no peer, however valid that is', async () => {
    expectRefused(await rest(scene.edge.port, '/v1/products:trending'), 503, 14, 'UPSTREAM_UNAVAILABLE');
    const stats = await (await fetch(`http://127.0.0.1:${scene.edge.adminPort}/stats?filter=recommendation.ssl.fail_verify_san`)).text();
    expect(stats).toMatch(/fail_verify_san: [1-9]/);
  });

  it('a new certificate is taken up without a restart and without a failed call', async () => {
    const before = scene.backends.calls.at(-1)?.peer.serialNumber;
    await scene.backends.identity('edge');
    await eventually(async () => {
      scene.backends.disconnect('product');
      expect((await rest(scene.edge.port, '/v1/products')).status).toBe(200);
      return scene.backends.calls.at(-1)?.peer.serialNumber !== before || undefined;
    });
  });
});
