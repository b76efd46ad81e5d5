import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rest } from './testing/call.ts';
import { expectRefused } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';

const id = '0190a7f0-0000-7000-8000-000000000002';

describe('REST calls', () => {
  let scene: Scene;
  let customer: string;
  beforeAll(async () => {
    scene = await startScene({ EDGE_MAX_ANSWER_BYTES: String(512 * 1024) });
    customer = await scene.issuer.sign();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  const received = (): unknown => scene.backends.calls.map(({ rpc, request }) => ({ rpc, request }));

  it('bind path, query and body to the fields of the request', async () => {
    await rest(scene.edge.port, '/v1/products?pageSize=3&page_token=abc&query=blue+t%2Dshirt&inStock=true');
    await rest(scene.edge.port, `/v1/orders/${id}:cancel`, { method: 'POST', token: customer, body: { reason: 'too late' } });
    expect(received()).toEqual([
      {
        rpc: 'shopverse.product.v1.ProductService/ListProducts',
        request: { pageSize: 3, pageToken: 'abc', query: 'blue t-shirt', inStock: true },
      },
      { rpc: 'shopverse.order.v1.OrderService/CancelOrder', request: { id, reason: 'too late' } },
    ]);
  });

  it('keep paths apart that begin alike', async () => {
    for (const path of [`/v1/products/${id}`, '/v1/products:trending', '/v1/products']) await rest(scene.edge.port, path);
    expect(scene.backends.calls.map((call) => call.rpc.split('/')[1])).toEqual(['GetProduct', 'ListTrendingProducts', 'ListProducts']);
  });

  it('answer JSON with 64-bit numbers as text and with the fields that are empty', async () => {
    const product = {
      id,
      name: 'Kettle',
      price: { currencyCode: 'INR', units: '9007199254740993' },
      createdAt: '2026-01-02T03:04:05.678Z',
    };
    scene.backends.on('shopverse.product.v1.ProductService/GetProduct', () => ({ json: product }));
    const answer = await rest(scene.edge.port, `/v1/products/${id}`);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json).toMatchObject({
      ...product,
      price: { ...product.price, nanos: 0 },
      brand: '',
      imageUrls: [],
      available: '0',
      active: false,
    });
  });

  it('answer the public keys where RFC 8414 has them looked for', async () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'key-1', alg: 'ES256', use: 'sig' };
    scene.backends.on('shopverse.auth.v1.AuthService/GetJwks', () => ({ json: { keys: [key] } }));
    expect((await rest(scene.edge.port, '/.well-known/jwks.json')).json).toEqual({ keys: [key] });
  });

  it.each([
    ['JSON with white space, as it was signed', Buffer.from('{ "event" : "payment.captured",\n "amount":1.50 }\n'), 'application/json'],
    ['JSON that is broken', Buffer.from('{"event":'), 'application/json'],
    ['bytes that are no text', randomBytes(4096), 'application/octet-stream'],
    ['a form', Buffer.from('a=1&b=%20'), 'application/x-www-form-urlencoded'],
    ['nothing', Buffer.alloc(0), 'application/json'],
  ])('hand a webhook on byte for byte: %s', async (_what, body, contentType) => {
    const headers = { 'content-type': contentType, 'x-razorpay-signature': 'a1b2', 'x-razorpay-event-id': 'evt_1' };
    expect((await rest(scene.edge.port, '/v1/payments/webhooks/razorpay', { method: 'POST', body, headers })).status).toBe(200);
    const [call] = scene.backends.calls;
    const request = call?.request as { provider: string; body?: { data?: string; contentType?: string } };
    expect(request.provider).toBe('razorpay');
    expect(Buffer.from(request.body?.data ?? '', 'base64').equals(body)).toBe(true);
    expect(request.body?.contentType).toBe(contentType);
    expect(call?.metadata.get('x-razorpay-signature')).toEqual(['a1b2']);
  });

  it.each([
    ['JSON that ends too early', { body: '{"items":[' }, 'Unexpected end'],
    ['JSON that is none', { body: 'hello' }, ''],
    ['a list for a message', { body: '[]' }, ''],
    ['text for a message', { body: { shippingAddress: 'here' } }, ''],
    ['text for a number', { body: { items: [{ productId: id, quantity: 'many' }] } }, 'many'],
    ['a fraction for a whole number', { body: { items: [{ productId: id, quantity: 1.5 }] } }, '1.5'],
    ['a number beyond 32 bits', { body: { items: [{ productId: id, quantity: 3_000_000_000 }] } }, '3000000000'],
    ['a number beyond all measure', { body: '{"items":[{"quantity":1e400}]}' }, ''],
    ['a number with a thousand digits', { body: `{"items":[{"quantity":${'9'.repeat(1_000)}}]}` }, ''],
    ['a number in words of other languages', { body: '{"items":[{"quantity":NaN}]}' }, ''],
    ['bytes that are no UTF-8', { body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) }, ''],
  ])('refuse %s, and no service handles it', async (_what, request, said) => {
    const answer = await rest(scene.edge.port, '/v1/orders', { method: 'POST', token: customer, ...request });
    expectRefused(answer, 400, 3, 'MALFORMED_REQUEST');
    expect((answer.json as { message: string }).message).toContain(said);
    expect(scene.backends.calls).toEqual([]);
  });

  it('refuse JSON that is nested without end, and go on', async () => {
    const answer = await rest(scene.edge.port, '/v1/orders', {
      method: 'POST',
      token: customer,
      body: '{"shippingAddress":'.repeat(20_000),
    });
    expect(answer.status).toBe(400);
    expect(scene.edge.state()).toBe('running');
  });

  it('take a key that comes twice in one of its meanings, or not at all, and go on', async () => {
    const body = '{"items":[{"productId":"a","quantity":1,"quantity":2}]}';
    const { status } = await rest(scene.edge.port, '/v1/orders', { method: 'POST', token: customer, body });
    expect([200, 400]).toContain(status);
    const quantities = scene.backends.calls.map(({ request }) =>
      (request as { items: { quantity: number }[] }).items.map(({ quantity }) => quantity),
    );
    expect(quantities).toEqual(status === 200 ? [[2]] : []);
    expect(scene.edge.state()).toBe('running');
  });

  it.each([
    ['an unknown query parameter', '/v1/products?colour=blue', 'colour'],
    ['text for a number', '/v1/products?pageSize=many', 'page_size'],
    ['text for a truth', '/v1/products?inStock=perhaps', 'in_stock'],
    ['an escaped slash', '/v1/products/a%2Fb', 'escaped slash'],
  ])('refuse %s in the address, naming it', async (_what, path, said) => {
    const answer = await rest(scene.edge.port, path);
    expectRefused(answer, 400, 3, 'MALFORMED_REQUEST');
    expect((answer.json as { message: string }).message).toContain(said);
    expect(scene.backends.calls).toEqual([]);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v2/products'],
    ['GET', '/V1/products'],
    ['POST', '/healthz/deep'],
    ['GET', '/v1/orders/a/b'],
    ['POST', '/shopverse.product.v1.ProductService/ListProducts'],
  ])('to %s %s find no route', async (method, path) => {
    expectRefused(await rest(scene.edge.port, path, { method }), 404, 5, 'ROUTE_NOT_FOUND');
    expectRefused(await rest(scene.edge.port, path, { method, token: customer }), 404, 5, 'ROUTE_NOT_FOUND');
    expect(scene.backends.calls).toEqual([]);
  });

  it.each([
    ['DELETE', '/v1/products', 'GET, POST'],
    ['TRACE', '/v1/products?pageSize=3', 'GET, POST'],
    ['HEAD', '/v1/orders', 'GET, POST'],
    ['GET', `/v1/orders/${id}:cancel`, 'POST'],
    ['PUT', `/v1/orders/${id}`, 'GET'],
  ])('to %s %s are told which verbs there are', async (method, path, allow) => {
    for (const token of [undefined, customer]) {
      const answer = await rest(scene.edge.port, path, { method, token });
      if (method !== 'HEAD') expectRefused(answer, 405, 12, 'METHOD_NOT_ALLOWED');
      expect([answer.status, answer.headers['allow']]).toEqual([405, allow]);
    }
    expect(scene.backends.calls).toEqual([]);
  });

  it('with a body that is too large are refused, over REST and for webhooks alike', async () => {
    const large = { reason: 'x'.repeat(1024 * 1024) };
    expectRefused(
      await rest(scene.edge.port, `/v1/orders/${id}:cancel`, { method: 'POST', token: customer, body: large }),
      413,
      3,
      'REQUEST_TOO_LARGE',
    );
    const webhook = await rest(scene.edge.port, '/v1/payments/webhooks/razorpay', { method: 'POST', body: Buffer.alloc(1024 * 1024 + 1) });
    expectRefused(webhook, 413, 3, 'REQUEST_TOO_LARGE');
    expect(scene.backends.calls).toEqual([]);
  });

  it('with headers that are too large or too many are refused', async () => {
    const large = await rest(scene.edge.port, '/v1/products', { headers: { 'x-large': 'x'.repeat(40 * 1024) } });
    expectRefused(large, 431, 3, 'REQUEST_TOO_LARGE');
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x-${index}`, '1']));
    expectRefused(await rest(scene.edge.port, '/v1/products', { headers: many }), 431, 3, 'REQUEST_TOO_LARGE');
  });

  it('with an underscore in the name of a header are refused, as it could pass for an identity header', async () => {
    expectRefused(await rest(scene.edge.port, '/v1/products', { headers: { x_user_id: 'evil' } }), 400, 3, 'MALFORMED_REQUEST');
  });

  it('whose answer is too large fail, and no part of it is sent', async () => {
    scene.backends.on('shopverse.product.v1.ProductService/GetProduct', () => ({ json: { description: 'x'.repeat(600 * 1024) } }));
    expectRefused(await rest(scene.edge.port, `/v1/products/${id}`), 500, 13, 'INTERNAL');
  });
});
