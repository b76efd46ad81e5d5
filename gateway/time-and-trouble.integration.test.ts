import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { grpc, rest } from './testing/call.ts';
import { expectGrpcRefused, expectRefused } from './testing/error-shape.ts';
import { startScene, type Scene } from './testing/scene.ts';

const getProfile = 'shopverse.user.v1.UserService/GetProfile';
const createOrder = 'shopverse.order.v1.OrderService/CreateOrder';

describe('time', () => {
  let scene: Scene;
  let token: string;
  beforeAll(async () => {
    scene = await startScene({ EDGE_READ_TIMEOUT_MS: '1000', EDGE_WRITE_TIMEOUT_MS: '2000' }, { silent: ['notification'] });
    token = await scene.issuer.sign();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  const timeLeft = (): number => scene.backends.calls.at(-1)?.timeLeftMs ?? Number.NaN;

  it('is short for reads and longer for writes, and the service is told', async () => {
    await rest(scene.edge.port, '/v1/users/me', { token });
    expect(timeLeft()).toBeGreaterThan(500);
    expect(timeLeft()).toBeLessThanOrEqual(1_000);
    await rest(scene.edge.port, '/v1/orders', { method: 'POST', token, body: {} });
    expect(timeLeft()).toBeGreaterThan(1_500);
    expect(timeLeft()).toBeLessThanOrEqual(2_000);
  });

  it('is what a gRPC caller asks for when that is less, and never more', async () => {
    await grpc(scene.edge.port, `/${getProfile}`, { token, headers: { 'grpc-timeout': '300m' } });
    expect(timeLeft()).toBeLessThanOrEqual(300);
    await grpc(scene.edge.port, `/${getProfile}`, { token, headers: { 'grpc-timeout': '100S' } });
    expect(timeLeft()).toBeLessThanOrEqual(1_000);
  });

  it('is up for a service that never answers, whatever the caller asked for: 504 over REST, DEADLINE_EXCEEDED over gRPC', async () => {
    const started = performance.now();
    const unread = '/v1/users/me/notifications:countUnread';
    expectRefused(await rest(scene.edge.port, unread, { token }), 504, 4, 'DEADLINE_EXCEEDED');
    expectRefused(await rest(scene.edge.port, unread, { token, headers: { 'grpc-timeout': '60S' } }), 504, 4, 'DEADLINE_EXCEEDED');
    const overGrpc = await grpc(scene.edge.port, '/shopverse.notification.v1.NotificationService/CountUnread', { token });
    expectGrpcRefused(overGrpc, 4, 'DEADLINE_EXCEEDED', scene.descriptors);
    expect(performance.now() - started).toBeLessThan(8_000);
  }, 15_000);

  it('is up for a client that does not finish its headers', async () => {
    const socket = connect(scene.edge.port, '127.0.0.1');
    socket.write('GET /v1/products HTTP/1.1\r\nhost: shop\r\n');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await new Promise<void>((resolve) => socket.on('close', () => resolve()));
    const answer = Buffer.concat(chunks).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"reason":"DEADLINE_EXCEEDED"');
  }, 15_000);
});

describe('a service in trouble', () => {
  let scene: Scene;
  let token: string;
  beforeAll(async () => {
    scene = await startScene({ EDGE_MAX_UPSTREAM_REQUESTS: '4' });
    token = await scene.issuer.sign();
  }, 30_000);
  beforeEach(() => scene.backends.reset());
  afterAll(() => scene.stop());

  const failFirst = (rpc: string, times: number): void =>
    scene.backends.on(rpc, () => (times-- > 0 ? { code: 14, message: 'not yet' } : { json: {} }));

  it('is asked again when it was away for a call that may be repeated', async () => {
    failFirst(getProfile, 2);
    expect((await rest(scene.edge.port, '/v1/users/me', { token })).status).toBe(200);
    expect(scene.backends.calls).toHaveLength(3);
  });

  it('is asked once for a call that may not be repeated', async () => {
    failFirst(createOrder, 1);
    expect((await rest(scene.edge.port, '/v1/orders', { method: 'POST', token, body: {} })).status).toBe(503);
    expect(scene.backends.calls).toHaveLength(1);
  });

  it('is asked once when it answered with any other error', async () => {
    scene.backends.on(getProfile, () => ({ code: 13, message: 'a bug' }));
    expect((await rest(scene.edge.port, '/v1/users/me', { token })).status).toBe(500);
    expect(scene.backends.calls).toHaveLength(1);
  });

  it('is given no more than it can carry; the rest is told to come back', async () => {
    scene.backends.on(createOrder, async () => sleep(500, { json: {} }));
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => rest(scene.edge.port, '/v1/orders', { method: 'POST', token, body: {} })),
    );
    const refused = answers.filter((answer) => answer.status !== 200);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expectRefused(answer, 429, 8, 'OVERLOADED');
      expect(answer.headers['retry-after']).toBe('1');
    }
  });

  it('that is gone is UPSTREAM_UNAVAILABLE, and the others go on', async () => {
    scene.backends.kill('user');
    expectRefused(await rest(scene.edge.port, '/v1/users/me', { token }), 503, 14, 'UPSTREAM_UNAVAILABLE');
    expectGrpcRefused(await grpc(scene.edge.port, `/${getProfile}`, { token }), 14, 'UPSTREAM_UNAVAILABLE', scene.descriptors);
    expect((await rest(scene.edge.port, '/v1/products')).status).toBe(200);
  });
});

describe('more calls at once than the shop answers quickly', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ EDGE_MIN_CONCURRENT_REQUESTS: '4', EDGE_MAX_CONCURRENT_REQUESTS: '8' });
  }, 30_000);
  afterAll(() => scene.stop());

  it('are let in a few at a time; the rest is told to come back, and is taken when there is room', async () => {
    scene.backends.on('shopverse.product.v1.ProductService/ListProducts', async () => sleep(300, { json: {} }));
    const answers = await Promise.all(Array.from({ length: 30 }, async () => rest(scene.edge.port, '/v1/products')));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    for (const answer of refused) {
      expectRefused(answer, 429, 8, 'OVERLOADED');
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect((await rest(scene.edge.port, '/v1/products')).status).toBe(200);
  });
});

describe('too many requests', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ EDGE_MAX_REQUESTS_PER_SECOND: '20' });
  }, 30_000);
  afterAll(() => scene.stop());

  it('are refused with 429 and when to come back, over REST and gRPC; health is still answered', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, async () => rest(scene.edge.port, '/v1/products')));
    const refused = answers.find((answer) => answer.status !== 200);
    if (refused === undefined) throw new Error('None of 60 requests at once was refused');
    expectRefused(refused, 429, 8, 'RATE_LIMITED');
    expect(refused.headers['retry-after']).toBe('1');
    const calls = await Promise.all(
      Array.from({ length: 60 }, async () => grpc(scene.edge.port, '/shopverse.product.v1.ProductService/ListProducts')),
    );
    const refusedCall = calls.find((call) => call.grpcStatus !== 0);
    if (refusedCall === undefined) throw new Error('None of 60 calls at once was refused');
    expectGrpcRefused(refusedCall, 8, 'RATE_LIMITED', scene.descriptors);
    expect((await rest(scene.edge.port, '/healthz')).status).toBe(200);
  });
});
