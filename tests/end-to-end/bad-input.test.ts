import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  ADDRESS,
  admin,
  edge,
  newCustomer,
  placeOrder,
  someProduct,
  type EdgeAnswer,
  type EdgeRequest,
  type SignedIn,
} from '../customer.ts';

let ravi: SignedIn;
let asha: SignedIn;
let boss: SignedIn;
let product: Awaited<ReturnType<typeof someProduct>>;
let ashasOrder: string;

beforeAll(async () => {
  [ravi, asha, boss, product] = await Promise.all([newCustomer(), newCustomer(), admin(), someProduct(20, 999)]);
  const { json, text } = await placeOrder(asha, product.id, 1);
  ashasOrder = (json as { id?: string }).id ?? text;
});

interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly details: readonly {
    readonly '@type': string;
    readonly reason?: string;
    readonly domain?: string;
    readonly fieldViolations?: readonly { readonly field: string }[];
  }[];
}

/** The one shape: code, message, and an ErrorInfo of ours first. */
function reasonOf({ json, headers }: EdgeAnswer): string | undefined {
  const { code, message, details } = json as ErrorBody;
  expect({ code, message }).toEqual({ code: expect.any(Number), message: expect.stringMatching(/./) });
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('x-request-id')).toMatch(/./);
  const info = details.find((detail) => detail['@type'] === 'type.googleapis.com/google.rpc.ErrorInfo');
  expect(info?.domain).toBe('shopverse');
  return info?.reason;
}

const order = (items: unknown): EdgeRequest => ({ method: 'POST', body: { items, shippingAddress: ADDRESS } });
const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('a request that is wrong is refused with the right status, in the one shape', () => {
  it.each<[string, number, string, () => Promise<EdgeAnswer>]>([
    ['malformed JSON', 400, 'MALFORMED_REQUEST', () => edge('/v1/orders', { method: 'POST', token: ravi.token, body: '{"items":' })],
    ['a wrong type', 400, 'MALFORMED_REQUEST', () => edge('/v1/orders', { method: 'POST', token: ravi.token, body: { items: 'all' } })],
    ['an unknown route', 404, 'ROUTE_NOT_FOUND', () => edge('/v1/nothing', { token: ravi.token })],
    ['an unknown query parameter', 400, 'MALFORMED_REQUEST', () => edge('/v1/products?colour=red')],
    [
      'an internal method by its gRPC path',
      404,
      'ROUTE_NOT_FOUND',
      () => edge('/shopverse.product.v1.ProductService/ReserveStock', { method: 'POST', token: ravi.token, body: {} }),
    ],
    [
      'a body over the limit',
      413,
      'REQUEST_TOO_LARGE',
      () => edge('/v1/orders', { method: 'POST', token: ravi.token, body: `"${'x'.repeat(2_000_000)}"` }),
    ],
    ['no token', 401, 'UNAUTHENTICATED', () => edge('/v1/users/me/orders')],
    ['a token that is none', 401, 'INVALID_TOKEN', () => edge('/v1/users/me/orders', { token: 'x.y.z' })],
    ['a token that is none on a public route', 401, 'INVALID_TOKEN', () => edge('/v1/products', { token: 'x.y.z' })],
    ["a customer at the admin's door", 403, 'ROLE_NOT_ALLOWED', () => edge('/v1/analytics/dashboard', { token: ravi.token })],
    [
      'an admin who wants to buy',
      403,
      'ROLE_NOT_ALLOWED',
      () => edge('/v1/orders', { ...order([{ productId: product.id, quantity: 1 }]), token: boss.token }),
    ],
    ["somebody else's order", 404, 'ORDER_NOT_FOUND', () => edge(`/v1/orders/${ashasOrder}`, { token: ravi.token })],
    [
      "cancelling somebody else's order",
      404,
      'ORDER_NOT_FOUND',
      () => edge(`/v1/orders/${ashasOrder}:cancel`, { method: 'POST', token: ravi.token, body: {} }),
    ],
    [
      "paying somebody else's order",
      404,
      'ORDER_NOT_FOUND',
      () => edge('/v1/payments', { method: 'POST', token: ravi.token, body: { orderId: ashasOrder } }),
    ],
    ['an id that is none', 400, 'INVALID_REQUEST', () => edge('/v1/products/42')],
    ['an unknown product', 404, 'PRODUCT_NOT_FOUND', () => edge(`/v1/products/${unknown}`)],
    [
      'an order of an unknown product',
      404,
      'PRODUCT_NOT_FOUND',
      () => edge('/v1/orders', { ...order([{ productId: unknown, quantity: 1 }]), token: ravi.token }),
    ],
    ['an order of nothing', 400, 'INVALID_REQUEST', () => edge('/v1/orders', { ...order([]), token: ravi.token })],
    [
      'a quantity of 0',
      400,
      'INVALID_REQUEST',
      () => edge('/v1/orders', { ...order([{ productId: product.id, quantity: 0 }]), token: ravi.token }),
    ],
    [
      'a quantity of a thousand million',
      400,
      'INVALID_REQUEST',
      () => edge('/v1/orders', { ...order([{ productId: product.id, quantity: 1_000_000_000 }]), token: ravi.token }),
    ],
    [
      'a negative quantity',
      400,
      'INVALID_REQUEST',
      () => edge('/v1/orders', { ...order([{ productId: product.id, quantity: -1 }]), token: ravi.token }),
    ],
    [
      'more than there is',
      400,
      'OUT_OF_STOCK',
      () => edge('/v1/orders', { ...order([{ productId: product.id, quantity: 1_000 }]), token: ravi.token }),
    ],
    [
      'an e-mail address that is none',
      400,
      'INVALID_REQUEST',
      () => edge('/v1/auth/register', { method: 'POST', body: { fullName: 'X', email: 'nobody', password: 'long enough' } }),
    ],
    [
      'an e-mail address that is taken',
      409,
      'EMAIL_TAKEN',
      () =>
        edge('/v1/auth/register', {
          method: 'POST',
          body: { fullName: 'X', email: asha.email.toUpperCase(), password: 'long enough indeed' },
        }),
    ],
    [
      'a wrong password',
      401,
      'INVALID_CREDENTIALS',
      () => edge('/v1/auth/login', { method: 'POST', body: { email: asha.email, password: 'wrong' } }),
    ],
    [
      'a webhook without a signature',
      401,
      'INVALID_SIGNATURE',
      () => edge('/v1/payments/webhooks/razorpay', { method: 'POST', body: { event: 'payment.captured' } }),
    ],
    ['a webhook of nobody', 404, 'UNKNOWN_PROVIDER', () => edge('/v1/payments/webhooks/nobody', { method: 'POST', body: {} })],
  ])('%s: %i %s', async (_what, status, reason, ask) => {
    const answer = await ask();
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  });

  it('names every field that breaks a rule', async () => {
    const { json } = await edge('/v1/orders', {
      method: 'POST',
      token: ravi.token,
      body: { items: [{ productId: '42', quantity: 0 }], shippingAddress: { ...ADDRESS, countryCode: 'India' } },
    });
    const violations = (json as ErrorBody).details.find((detail) => detail['@type'].endsWith('BadRequest'))?.fieldViolations ?? [];
    expect(violations.map(({ field }) => field).sort()).toEqual([
      'items[0].product_id',
      'items[0].quantity',
      'shipping_address.country_code',
    ]);
  });

  it('has changed nothing', async () => {
    const { json } = await edge('/v1/users/me/orders', { token: ravi.token });
    expect((json as { orders: unknown[] }).orders).toEqual([]);
    const after = (await edge(`/v1/products/${product.id}`)).json as { available: string };
    expect(BigInt(after.available)).toBe(BigInt(product.available) - 1n);
  });
});

describe('the edge', () => {
  it("believes nobody's identity headers", async () => {
    const { status } = await edge('/v1/users/me', { headers: { 'x-user-id': asha.userId, 'x-user-role': 'ADMIN' } });
    expect(status).toBe(401);
    const { json } = await edge('/v1/users/me', { token: ravi.token, headers: { 'x-user-id': asha.userId, 'x-user-role': 'ADMIN' } });
    expect(json).toMatchObject({ id: ravi.userId, email: ravi.email });
  });

  it('survives an empty key and value of a map in a body', async () => {
    const { status } = await edge('/v1/orders', {
      method: 'POST',
      token: ravi.token,
      body: { items: [], shippingAddress: ADDRESS, labels: { '': '', a: '' } },
    });
    expect(status).toBe(400);
    expect((await edge('/healthz')).status).toBe(200);
  });
});

describe('an order sent twice', () => {
  it('with one key is placed once; with the same key and another body it is refused', async () => {
    const key = randomUUID();
    const [first, second] = await Promise.all([placeOrder(ravi, product.id, 1, key), placeOrder(ravi, product.id, 1, key)]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((first.json as { id: string }).id).toBe((second.json as { id: string }).id);
    const other = await placeOrder(ravi, product.id, 2, key);
    expect([other.status, reasonOf(other)]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const { json } = await edge('/v1/users/me/orders', { token: ravi.token });
    expect((json as { orders: unknown[] }).orders).toHaveLength(1);
  });
});
