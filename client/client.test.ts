import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { waitBeforeRetry } from './retry.ts';
import { ConnectionError, connectShop, ShopError, SignedIn, type ClientOptions } from './shop.ts';
import { json, refuse, startSmallShop, type SmallShop } from './testing/small-shop.ts';
import { Transport } from './transport.ts';

const id = '0190a7f0-0000-7000-8000-000000000002';
const order = {
  items: [{ productId: id, quantity: 2 }],
  shippingAddress: { recipient: 'A', street: 'B', city: 'C', postalCode: '1', countryCode: 'IN' },
};
const watch = {
  rpc: 'Test/Watch',
  verb: 'GET',
  path: '/v1/things/{id}:watch',
  pathFields: ['id'],
  body: 'none',
  repeatable: true,
  takesKey: false,
} as const;

describe('the client', () => {
  let server: SmallShop;
  beforeAll(async () => {
    server = await startSmallShop();
  });
  beforeEach(() => server.answer());
  afterAll(() => server.stop());

  const options = (more: Partial<ClientOptions> = {}): ClientOptions => ({ baseUrl: server.baseUrl, retry: { firstWaitMs: 1 }, ...more });
  const shop = (more?: Partial<ClientOptions>) => connectShop(options(more));
  const refusal = async (call: Promise<unknown>): Promise<ShopError> => {
    const error: unknown = await call.then(() => undefined, (caught: unknown) => caught);
    if (!(error instanceof ShopError)) throw new Error('The call was not refused', { cause: error });
    return error;
  };

  it('puts fields into path, query and body, in proto3 JSON', async () => {
    server.answer(json({ products: [], nextPageToken: '' }));
    await shop().product.listProducts({ query: 'blue & red', inStock: true, pageSize: 3 });
    await shop().order.cancelOrder({ id, reason: 'too late' });
    await shop().product.createProduct({ name: 'Kettle', categoryId: id, price: { currencyCode: 'INR', units: 9007199254740993n } });
    await shop().analytics.getTopProducts({ from: new Date('2026-01-02T03:04:05Z') });
    await shop().payment.receiveWebhook({ provider: 'razor/pay', body: '{ "raw" : 1 }' });
    expect(server.received.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', '/v1/products?query=blue+%26+red&inStock=true&pageSize=3', ''],
      ['POST', `/v1/orders/${id}:cancel`, '{"reason":"too late"}'],
      ['POST', '/v1/products', `{"name":"Kettle","categoryId":"${id}","price":{"currencyCode":"INR","units":"9007199254740993"}}`],
      ['GET', '/v1/analytics/topProducts?from=2026-01-02T03%3A04%3A05.000Z', ''],
      ['POST', '/v1/payments/webhooks/razor%2Fpay', '{ "raw" : 1 }'],
    ]);
  });

  it('refuses a request without a field of its path, and sends nothing', async () => {
    await expect(shop().order.getOrder({ id: '' })).rejects.toThrow('needs id, which is part of its path');
    expect(server.received).toEqual([]);
  });

  it('says why a call was refused: reason, facts, fields, ids', async () => {
    const violation = { field: 'items[0].quantity', description: 'must be at least 1', reason: 'int32.gte' };
    const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] }];
    const headers = { 'x-request-id': 'r-1', traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01' };
    server.answer(refuse(400, 9, 'OUT_OF_STOCK', headers, details));
    const error = await refusal(shop().order.createOrder(order));
    expect(error).toMatchObject({ status: 400, code: 9, reason: 'OUT_OF_STOCK', message: 'No.', metadata: { left: '2' }, violations: [violation], requestId: 'r-1', traceId: '0123456789abcdef0123456789abcdef' });
    expect([error.is('OUT_OF_STOCK'), error.is('ORDER_STATE')]).toEqual([true, false]);
  });

  it('makes an idempotency key for methods that take one, the same for each try, a new one for each call', async () => {
    server.answer(refuse(503, 14, 'UPSTREAM_UNAVAILABLE'), json({ id }), json({ id }));
    await shop().order.createOrder(order);
    await shop().order.createOrder(order);
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect([keys[1] === keys[0], keys[2] === keys[0]]).toEqual([true, false]);
    await shop().order.createOrder(order, { idempotencyKey: 'my-own-key' });
    await shop().order.getOrder({ id });
    expect(server.received.slice(3).map(({ headers }) => headers['idempotency-key'])).toEqual(['my-own-key', undefined]);
  });

  it.each<[string, number, (client: ReturnType<typeof shop>) => Promise<unknown>]>([
    ['a read', 3, (client) => client.product.getProduct({ id })],
    ['a write with a key', 3, (client) => client.order.createOrder(order)],
    ['a write that may not be repeated', 1, (client) => client.auth.login({ email: 'a@example.com', password: 'p' })],
  ])('tries %s %i times when the shop is away and then too busy', async (_what, tries, call) => {
    server.answer(refuse(503, 14, 'UPSTREAM_UNAVAILABLE'), refuse(429, 8, 'RATE_LIMITED', { 'retry-after': '0' }), json({ id }));
    await call(shop()).catch(() => {});
    expect(server.received).toHaveLength(tries);
  });

  it('gives the refusal when it is final, when tries run out, and when the shop asks for too long a wait', async () => {
    server.answer(refuse(404, 5, 'PRODUCT_NOT_FOUND'));
    expect((await refusal(shop().product.getProduct({ id }))).reason).toBe('PRODUCT_NOT_FOUND');
    expect(server.received).toHaveLength(1);
    server.answer(refuse(503, 14, 'UPSTREAM_UNAVAILABLE'));
    expect((await refusal(shop().product.getProduct({ id }))).status).toBe(503);
    expect(server.received).toHaveLength(4);
    server.answer(refuse(429, 8, 'RATE_LIMITED', { 'retry-after': '3600' }));
    expect((await refusal(shop().product.getProduct({ id }))).retryAfterMs).toBe(3_600_000);
    expect(server.received).toHaveLength(1);
  });

  it('tries again when the connection breaks, and tells when it stays broken', async () => {
    server.answer((response) => response.destroy(), json({ id }));
    expect(await shop().product.getProduct({ id })).toEqual({ id });
    server.answer((response) => response.destroy());
    await expect(shop().product.getProduct({ id })).rejects.toThrow(ConnectionError);
  });

  it('waits with full jitter, never longer than it may', () => {
    const error = new ConnectionError('gone');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (attempt, chance) => {
        const waitMs = waitBeforeRetry(error, attempt, { attempts: 100, firstWaitMs: 200, longestWaitMs: 5_000, random: () => chance });
        expect(waitMs).toBeCloseTo(chance * Math.min(5_000, 200 * 2 ** (attempt - 1)));
      }),
    );
  });

  it('goes through the pages as items are wanted', async () => {
    const page = (names: string[], nextPageToken: string) => json({ products: names.map((name) => ({ name })), nextPageToken });
    server.answer(page(['a', 'b'], 'two'), page([], 'three'), page(['c'], ''));
    const names: string[] = [];
    for await (const { name } of shop().product.iterateProducts({ pageSize: 2 })) {
      names.push(name);
      if (name === 'b') expect(server.received).toHaveLength(1);
    }
    expect(names).toEqual(['a', 'b', 'c']);
    expect(server.received.map(({ url }) => url)).toEqual(['/v1/products?pageSize=2', '/v1/products?pageSize=2&pageToken=two', '/v1/products?pageSize=2&pageToken=three']);
  });

  describe('reading a stream', () => {
    const read = async (into: unknown[], signal?: AbortSignal): Promise<void> => {
      for await (const message of new Transport(options()).stream(watch, { id }, { signal })) into.push(message);
    };
    const lines = (response: Parameters<Parameters<SmallShop['answer']>[0]>[0], ...chunks: string[]): void => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-request-id': 'r-2' });
      for (const chunk of chunks) response.write(chunk);
    };

    it('gives each message when its line is whole', async () => {
      server.answer((response) => (lines(response, '{"n":1}\n{"n"', ':2}\n', '\n{"n":3}'), void response.end()));
      const seen: unknown[] = [];
      await read(seen);
      expect(seen).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    });

    it('throws what the last line says when the stream fails on its way', async () => {
      const error = { code: 14, message: 'Away.', details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'DEPENDENCY_UNAVAILABLE' }] };
      server.answer((response) => (lines(response, '{"n":1}\n', `${JSON.stringify({ error })}\n`), void response.end()));
      const seen: unknown[] = [];
      expect(await refusal(read(seen))).toMatchObject({ code: 14, reason: 'DEPENDENCY_UNAVAILABLE', requestId: 'r-2' });
      expect(seen).toEqual([{ n: 1 }]);
    });

    it('throws when the connection breaks on its way', async () => {
      server.answer((response) => (lines(response, '{"n":1}\n'), void setImmediate(() => response.destroy())));
      await expect(read([])).rejects.toThrow(ConnectionError);
    });

    it('ends when it is aborted, and the shop sees that', async () => {
      const controller = new AbortController();
      const gone = new Promise<void>((resolve) => {
        server.answer((response) => (lines(response, '{"n":1}\n'), void response.on('close', () => resolve())));
      });
      const seen: unknown[] = [];
      const reading = read({ push: (message: unknown) => (seen.push(message), controller.abort(new Error('enough'))) } as unknown as unknown[], controller.signal);
      await expect(reading).rejects.toThrow('enough');
      await gone;
      expect(seen).toEqual([{ n: 1 }]);
    });
  });

  describe('with tokens', () => {
    const believe = (token: string) => (response: Parameters<ReturnType<typeof json>>[0], { headers }: { headers: { authorization?: string | undefined } }) =>
      (headers.authorization === `Bearer ${token}` ? json({ id }) : refuse(401, 16, 'INVALID_TOKEN'))(response);

    it('sends the token, and a new one once when it is refused', async () => {
      server.answer(believe('second'));
      const asked: string[] = [];
      const tokens = { accessToken: () => 'first', refresh: async (refused: string) => (asked.push(refused), 'second') };
      await shop({ tokens }).order.cancelOrder({ id });
      expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
      expect(asked).toEqual(['first']);
      server.answer(refuse(401, 16, 'INVALID_TOKEN'));
      await refusal(shop({ tokens }).order.cancelOrder({ id }));
      expect(server.received).toHaveLength(2);
    });

    it('exchanges a refresh token once for all calls that are refused together', async () => {
      server.answer(believe('second'));
      let exchanges = 0;
      const tokens = new SignedIn({ accessToken: 'first', refreshToken: 'r1' }, async ({ refreshToken }) => {
        exchanges += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return { accessToken: 'second', refreshToken: `${refreshToken}+` };
      });
      const client = shop({ tokens });
      await Promise.all(Array.from({ length: 8 }, () => client.order.getOrder({ id })));
      expect(exchanges).toBe(1);
    });
  });

  it('ends a call that takes too long, or is aborted', async () => {
    server.answer(() => {});
    await expect(shop().product.getProduct({ id }, { timeoutMs: 20 })).rejects.toMatchObject({ name: 'TimeoutError' });
    const controller = new AbortController();
    const call = shop().product.getProduct({ id }, { signal: controller.signal });
    controller.abort(new Error('never mind'));
    await expect(call).rejects.toThrow('never mind');
  });
}); // prettier-ignore
