import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { frame, grpc, rest } from './testing/call.ts';
import { startScene, type Scene } from './testing/scene.ts';

const shop = 'https://shop.example';

describe('browsers', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ EDGE_CORS_ORIGINS: `${shop},https://admin.shop.example` });
  }, 30_000);
  afterAll(() => scene.stop());

  const preflight = async (origin: string, path = '/v1/orders') =>
    rest(scene.edge.port, path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });

  it('are told that pages of the shop may call, for REST and gRPC-Web paths', async () => {
    for (const path of ['/v1/orders', '/shopverse.order.v1.OrderService/CreateOrder']) {
      const { status, headers } = await preflight(shop, path);
      expect({ status, origin: headers['access-control-allow-origin'] }).toEqual({ status: 200, origin: shop });
      expect(headers['access-control-allow-headers']).toContain('idempotency-key');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('are told nothing of the kind for pages of others', async () => {
    for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null']) {
      expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin');
      expect((await rest(scene.edge.port, '/v1/products', { headers: { origin } })).headers).not.toHaveProperty(
        'access-control-allow-origin',
      );
    }
  });

  it('may show a page of the shop its answers and refusals, with what it needs to read', async () => {
    for (const path of ['/v1/products', '/v1/users/me', '/v1/nowhere']) {
      const { headers } = await rest(scene.edge.port, path, { headers: { origin: shop } });
      expect(headers['access-control-allow-origin']).toBe(shop);
      expect(headers['access-control-expose-headers']).toContain('x-request-id');
    }
  });

  it('can call over gRPC-Web', async () => {
    scene.backends.on('shopverse.product.v1.ProductService/ListProducts', () => ({ json: { nextPageToken: 'more' } }));
    const path = '/shopverse.product.v1.ProductService/ListProducts';
    const answer = await grpc(scene.edge.port, path, { contentType: 'application/grpc-web+proto', headers: { 'x-grpc-web': '1' } });
    expect(answer.httpStatus).toBe(200);
    expect(answer.body.subarray(0, 11)).toEqual(frame(Buffer.from([0x12, 4, ...Buffer.from('more')])));
    expect(answer.body.subarray(11).toString()).toContain('grpc-status:0');
  });

  it('are refused over gRPC-Web with a gRPC status, not with JSON', async () => {
    const answer = await grpc(scene.edge.port, '/shopverse.user.v1.UserService/GetProfile', { contentType: 'application/grpc-web+proto' });
    expect(answer).toMatchObject({ httpStatus: 401, grpcStatus: 16 });
    expect(answer.headers['content-type']).toBe('application/grpc-web+proto');
    expect(answer.grpcMessage).not.toMatch(/[{}]/);
  });

  it('keep no answer, frame none, and take none for something else, refusals included', async () => {
    for (const path of ['/v1/products', '/v1/users/me', '/v1/nowhere', '/v1/products?colour=blue']) {
      expect((await rest(scene.edge.port, path)).headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    }
    const page = await rest(scene.edge.port, '/docs/');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
  });

  it('are not told what serves them', async () => {
    const { headers } = await rest(scene.edge.port, '/v1/products');
    expect(headers['server']).toBe('shopverse');
    expect(Object.keys(headers).filter((name) => name.startsWith('x-envoy-'))).toEqual([]);
  });
});
