import { createHmac, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import {
  admin,
  edge,
  newCustomer,
  pay,
  placeOrder,
  someProduct,
  theStack,
  type EdgeAnswer,
  type EdgeRequest,
  type SignedIn,
} from '../customer.ts';

const MINUTE = 60_000;
const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';

interface Money {
  readonly currencyCode: string;
  readonly units: string;
  readonly nanos: number;
}
interface Refund {
  readonly id: string;
  readonly state: string;
  readonly amount: Money;
  readonly reason: string;
}
interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly state: string;
  readonly amount: Money;
  readonly provider: string;
  readonly providerOrderId: string;
  readonly refunds: readonly Refund[];
}

let ravi: SignedIn;
let asha: SignedIn;
let boss: SignedIn;
let productId: string;
let paid: Payment;

beforeAll(async () => {
  const [one, other, chief, product] = await Promise.all([newCustomer(), newCustomer(), admin(), someProduct(20)]);
  [ravi, asha, boss, productId] = [one, other, chief, product.id];
  paid = await paidPayment(asha);
}, 2 * MINUTE);

async function order(customer: SignedIn): Promise<string> {
  return ((await placeOrder(customer, productId, 1)).json as { id: string }).id;
}
async function payment(id: string, { token }: SignedIn): Promise<Payment> {
  return (await edge(`/v1/payments/${id}`, { token })).json as Payment;
}
const inState = (id: string, ...states: readonly string[]) =>
  eventually(
    `payment ${id} in ${states.join(' or ')}`,
    async () => {
      const current = await payment(id, boss);
      return states.includes(current.state.replace('PAYMENT_STATE_', '')) ? current : undefined;
    },
    { timeoutMs: MINUTE, intervalMs: 100 },
  );
async function openPayment(customer: SignedIn): Promise<Payment> {
  const { json } = await edge('/v1/payments', { method: 'POST', token: customer.token, body: { orderId: await order(customer) } });
  return json as Payment;
}
async function paidPayment(customer: SignedIn): Promise<Payment> {
  const opened = await openPayment(customer);
  await pay(customer, opened.orderId);
  return inState(opened.id, 'SUCCEEDED');
}
/** Pays at the provider, which behaves as `knobs` say; each of `tries` is one. */
async function payWith(knobs: object, { providerOrderId }: Payment, ...tries: readonly object[]): Promise<void> {
  const { addresses } = await theStack();
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${addresses.sandbox}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect([path, answer.status]).toEqual([path, 200]);
  };
  await post('/sandbox/knobs', knobs);
  try {
    for (const one of tries) await post(`/sandbox/orders/${providerOrderId}/pay`, one);
  } finally {
    await post('/sandbox/knobs', {});
  }
}
function refund(
  id: string,
  body: object = {},
  { token = boss.token, key = randomUUID() }: { token?: string; key?: string } = {},
): Promise<EdgeAnswer> {
  const headers = { 'idempotency-key': key };
  return edge(`/v1/payments/${id}:refund`, { method: 'POST', token, headers, body: { reason: 'It broke.', ...body } });
}
function minorOf({ units, nanos }: Money): number {
  return Number(units) * 100 + nanos / 10_000_000;
}
function reasonOf({ json }: EdgeAnswer): string | undefined {
  return (json as { details?: { reason?: string }[] }).details?.find(({ reason }) => reason !== undefined)?.reason;
}

describe('a payment', () => {
  it("is the caller's own, or an admin's to see, alone and in lists", async () => {
    expect((await payment(paid.id, asha)).id).toBe(paid.id);
    expect((await payment(paid.id, boss)).id).toBe(paid.id);
    const { json } = await edge('/v1/users/me/payments', { token: asha.token });
    expect(json).toMatchObject({ payments: [{ id: paid.id, state: 'PAYMENT_STATE_SUCCEEDED' }] });
    const nobodys = await edge('/v1/users/me/payments', { token: ravi.token });
    expect((nobodys.json as { payments?: unknown[] }).payments ?? []).toEqual([]);
  });

  it('is found by admins by order, customer, state, provider and time, page by page', async () => {
    const list = async (query: string) => (await edge(`/v1/payments?${query}`, { token: boss.token })).json as { payments?: Payment[]; nextPageToken?: string }; // prettier-ignore
    const by = `orderId=${paid.orderId}&customerId=${asha.userId}&states=PAYMENT_STATE_SUCCEEDED&provider=razorpay&createdTo=2999-01-01T00:00:00Z`;
    expect((await list(by)).payments?.map(({ id }) => id)).toEqual([paid.id]);
    expect((await list(`orderId=${paid.orderId}&states=PAYMENT_STATE_FAILED`)).payments ?? []).toEqual([]);
    await openPayment(asha);
    const first = await list('pageSize=1');
    const second = await list(`pageSize=1&pageToken=${first.nextPageToken}`);
    expect(second.payments?.[0]?.id).not.toBe(first.payments?.[0]?.id);
  });
});

describe('a request about payments that is wrong is refused', () => {
  const post = (token: string, body: object): EdgeRequest => ({ method: 'POST', token, body });
  it.each<[string, number, string, () => Promise<EdgeAnswer>]>([
    ["somebody else's payment", 404, 'PAYMENT_NOT_FOUND', () => edge(`/v1/payments/${paid.id}`, { token: ravi.token })],
    ['a payment that is none', 404, 'PAYMENT_NOT_FOUND', () => edge(`/v1/payments/${unknown}`, { token: boss.token })],
    ['an id that is none', 400, 'INVALID_REQUEST', () => edge('/v1/payments/42', { token: boss.token })],
    ['nobody', 401, 'UNAUTHENTICATED', () => edge(`/v1/payments/${paid.id}`)],
    ['a customer who lists everything', 403, 'ROLE_NOT_ALLOWED', () => edge('/v1/payments', { token: ravi.token })],
    ['a list of an odd state', 400, 'MALFORMED_REQUEST', () => edge('/v1/payments?states=ODD', { token: boss.token })],
    ['a list that ends before it begins', 400, 'INVALID_REQUEST', () => edge('/v1/payments?createdFrom=2026-01-02T00:00:00Z&createdTo=2026-01-01T00:00:00Z', { token: boss.token })],
    ['a page of another list', 400, 'INVALID_PAGE_TOKEN', () => edge('/v1/payments?pageToken=x', { token: boss.token })],
    ['paying a paid order', 400, 'ORDER_NOT_PAYABLE', () => edge('/v1/payments', post(asha.token, { orderId: paid.orderId }))],
    ['an admin who pays', 403, 'ROLE_NOT_ALLOWED', () => edge('/v1/payments', post(boss.token, { orderId: paid.orderId }))],
    ['a customer who gives themselves money back', 403, 'ROLE_NOT_ALLOWED', () => refund(paid.id, {}, { token: asha.token })],
    ['a refund without a key', 400, 'IDEMPOTENCY_KEY_REQUIRED', () => edge(`/v1/payments/${paid.id}:refund`, post(boss.token, { reason: 'x' }))],
    ['a refund without a reason', 400, 'INVALID_REQUEST', () => refund(paid.id, { reason: '' })],
    ['a refund of more than was paid', 400, 'REFUND_EXCEEDS_CAPTURE', () => refund(paid.id, { amount: { currencyCode: 'INR', units: '99999999' } })],
    ['a refund of nothing', 400, 'INVALID_REQUEST', () => refund(paid.id, { amount: { currencyCode: 'INR' } })],
    ['a refund in another currency', 400, 'INVALID_REQUEST', () => refund(paid.id, { amount: { currencyCode: 'USD', units: '1' } })],
    ['a refund of no payment', 404, 'PAYMENT_NOT_FOUND', () => refund(unknown)],
    ['a refund of an unpaid payment', 400, 'PAYMENT_NOT_REFUNDABLE', async () => refund((await openPayment(ravi)).id)],
    ['another try of no refund', 404, 'REFUND_NOT_FOUND', () => edge(`/v1/payments/${paid.id}/refunds/${unknown}:retry`, post(boss.token, {}))],
  ])('%s: %i %s', async (_what, status, reason, ask) => {
    const answer = await ask();
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  }); // prettier-ignore
});

describe('money that goes back', () => {
  it(
    'in parts, each once for its key, is shown to the customer, told to them, and taken off the figures',
    async () => {
      const bought = await paidPayment(ravi);
      const key = randomUUID();
      const part = { amount: { currencyCode: bought.amount.currencyCode, units: '1' } };
      const [first, again] = await Promise.all([refund(bought.id, part, { key }), refund(bought.id, part, { key })]);
      expect([first.status, again.status]).toEqual([200, 200]);
      expect((again.json as Refund).id).toBe((first.json as Refund).id);
      await inState(bought.id, 'PARTIALLY_REFUNDED');
      expect((await refund(bought.id)).status).toBe(200);
      await inState(bought.id, 'REFUNDED');
      const shown = await payment(bought.id, ravi);
      expect(shown).toMatchObject({ refunded: bought.amount, refunds: [{ state: 'REFUND_STATE_PROCESSED', reason: 'It broke.' }, { state: 'REFUND_STATE_PROCESSED' }] }); // prettier-ignore
      const refused = await refund(bought.id);
      expect([refused.status, reasonOf(refused)]).toEqual([400, 'REFUND_EXCEEDS_CAPTURE']);
      await eventually(
        'both notices',
        async () => {
          const { json } = await edge('/v1/users/me/notifications?pageSize=100', { token: ravi.token });
          const { notifications = [] } = (json ?? {}) as { notifications?: { kind: string; subjectId: string }[] };
          const mine = notifications.filter((one) => one.kind === 'NOTIFICATION_KIND_PAYMENT_REFUNDED' && one.subjectId === bought.id);
          return mine.length === 2 ? true : undefined;
        },
        { timeoutMs: MINUTE, intervalMs: 250 },
      );
      await eventually(
        'the figures',
        async () => {
          const { json } = await edge('/v1/analytics/dashboard', { token: boss.token });
          const { refunded = [] } = (json ?? {}) as { refunded?: Money[] };
          return refunded.some(({ units }) => BigInt(units) >= BigInt(bought.amount.units)) ? true : undefined;
        },
        { timeoutMs: MINUTE, intervalMs: 500 },
      );
    },
    3 * MINUTE,
  );

  it(
    'that turns up for a cancelled order goes back by itself, once',
    async () => {
      const opened = await openPayment(ravi);
      const cancelled = await edge(`/v1/orders/${opened.orderId}:cancel`, { method: 'POST', token: ravi.token, body: {} });
      expect(cancelled.status).toBe(200);
      await inState(opened.id, 'FAILED');
      await payWith({}, opened, {});
      await inState(opened.id, 'REFUNDED');
      expect((await payment(opened.id, ravi)).refunds).toMatchObject([{ state: 'REFUND_STATE_PROCESSED' }]);
    },
    2 * MINUTE,
  );
});

describe('money that is taken a second time', () => {
  it(
    'goes back by itself, is among the discrepancies that admins see, and settled when it is back; nobody else sees them',
    async () => {
      const bought = await paidPayment(ravi);
      await payWith({ capture_twice: 1 }, bought, { method: 'upi' });
      const list = async (settled: boolean) => {
        const { json } = await edge(`/v1/discrepancies?pageSize=100&settled=${settled}`, { token: boss.token });
        return (json as { discrepancies: { paymentId: string; kind: string; settledAt?: string }[] }).discrepancies;
      };
      const mine = await eventually(
        'the discrepancy, settled',
        async () => (await list(true)).find(({ paymentId, settledAt }) => paymentId === bought.id && settledAt !== undefined),
        { timeoutMs: MINUTE, intervalMs: 250 },
      );
      expect(mine.kind).toBe('DISCREPANCY_KIND_CAPTURED_TWICE');
      expect((await list(false)).map(({ paymentId }) => paymentId)).not.toContain(bought.id);
      expect(await payment(bought.id, ravi)).toMatchObject({
        state: 'PAYMENT_STATE_SUCCEEDED',
        refunds: [{ surplus: true, state: 'REFUND_STATE_PROCESSED' }],
      });
      expect((await edge('/v1/discrepancies', { token: ravi.token })).status).toBe(403);
      const settle = { paymentId: bought.id, providerPaymentId: 'pay_none', kind: 'DISCREPANCY_KIND_REFUND_DIFFERS', note: 'Looked at.' };
      const missing = await edge('/v1/discrepancies:settle', { method: 'POST', token: boss.token, body: settle });
      expect([missing.status, reasonOf(missing)]).toEqual([404, 'DISCREPANCY_NOT_FOUND']);
    },
    2 * MINUTE,
  );
});

const body = (change: object = {}, at = Date.now()) =>
  JSON.stringify({
    entity: 'event',
    event: 'payment.captured',
    created_at: Math.floor(at / 1000),
    payload: { payment: { entity: { id: 'pay_hostile', order_id: paid.providerOrderId, amount: 100, currency: 'INR', status: 'captured', method: 'upi', ...change } } },
  }); // prettier-ignore

async function send(
  text: string,
  { secret, eventId = randomUUID(), to = 'razorpay' }: { secret?: string; eventId?: string; to?: string } = {},
): Promise<EdgeAnswer> {
  const { secrets } = await theStack();
  const signature = createHmac('sha256', secret ?? secrets.razorpay.webhookSecret)
    .update(text)
    .digest('hex');
  const headers = { 'x-razorpay-signature': signature, 'x-razorpay-event-id': eventId };
  return edge(`/v1/payments/webhooks/${to}`, { method: 'POST', headers, body: text });
}

const orderInState = (id: string, { token }: SignedIn, wanted: string) =>
  eventually(
    `order ${id} in ${wanted}`,
    async () =>
      ((await edge(`/v1/orders/${id}`, { token })).json as { state: string }).state === `ORDER_STATE_${wanted}` ? true : undefined,
    { timeoutMs: MINUTE, intervalMs: 250 },
  );

describe('a notice of a failed try', () => {
  it(
    'that overtakes the one of the try that worked leaves the order sold',
    async () => {
      const opened = await openPayment(ravi);
      await payWith({ lose_webhooks: 1 }, opened, { outcome: 'failure' }, {});
      const about = { id: 'pay_failed', order_id: opened.providerOrderId, amount: minorOf(opened.amount), status: 'failed' };
      expect((await send(body(about).replace('payment.captured', 'payment.failed'))).status).toBe(200);
      expect((await payment(opened.id, ravi)).state).toBe('PAYMENT_STATE_SUCCEEDED');
      await orderInState(opened.orderId, ravi, 'CONFIRMED');
    },
    2 * MINUTE,
  );

  it(
    'ends the order when no other try has the money',
    async () => {
      const opened = await openPayment(ravi);
      await payWith({}, opened, { outcome: 'failure' });
      await orderInState(opened.orderId, ravi, 'CANCELLED');
      expect((await payment(opened.id, ravi)).state).toBe('PAYMENT_STATE_FAILED');
    },
    2 * MINUTE,
  );
});

describe('a hostile webhook', () => {
  it.each<[string, number, string | undefined, () => Promise<EdgeAnswer>]>([
    ['with a wrong signature', 401, 'INVALID_SIGNATURE', () => send(body(), { secret: 'guessed' })],
    ['too old', 400, 'WEBHOOK_TOO_OLD', () => send(body({}, Date.now() - 6 * 86_400_000))],
    ['that is no event', 400, 'INVALID_WEBHOOK', () => send('{}')],
    ["at another provider's door", 404, 'UNKNOWN_PROVIDER', () => send(body(), { to: 'stripe' })],
    ['that is huge', 413, 'REQUEST_TOO_LARGE', () => send(`"${'x'.repeat(2_000_000)}"`)],
    ['that is large', 400, 'INVALID_WEBHOOK', () => send(`"${'x'.repeat(300_000)}"`)],
    ['of an order that nobody knows', 200, undefined, () => send(body({ order_id: 'order_nobody' }))],
    ['of a kind that nobody knows', 200, undefined, () => send(body().replace('payment.captured', 'sun.rises'))],
    ['that says the payment failed, after it succeeded', 200, undefined, () => send(body({ amount: minorOf(paid.amount) }).replace('payment.captured', 'payment.failed'))],
  ])('%s: %i %s, and changes nothing', async (_what, status, reason, ask) => {
    const answer = await ask();
    expect([answer.status, status === 200 ? undefined : reasonOf(answer)]).toEqual([status, reason]);
    expect(await payment(paid.id, asha)).toEqual(paid);
  }); // prettier-ignore

  it(
    'that is replayed, and notices that come again and in the wrong order, leave one payment and a confirmed order',
    async () => {
      const { addresses, secrets } = await theStack();
      const authorization = `Basic ${Buffer.from(`${secrets.razorpay.keyId}:${secrets.razorpay.keySecret}`).toString('base64')}`;
      const tries = await fetch(`${addresses.sandbox}/v1/orders/${paid.providerOrderId}/payments`, { headers: { authorization } });
      const [captured] = ((await tries.json()) as { items: { id: string }[] }).items;
      const about = { id: captured?.id, amount: minorOf(paid.amount) };
      const failed = body({ ...about, id: 'pay_before', status: 'failed' }).replace('payment.captured', 'payment.failed');
      const eventId = randomUUID();
      for (const [text, id] of [
        [failed, randomUUID()],
        [body(about), eventId],
        [body(about), eventId],
        [body(about).replace('payment.captured', 'order.paid'), randomUUID()],
        [failed, eventId],
      ] as const)
        expect((await send(text, { eventId: id })).status).toBe(200);
      expect(await payment(paid.id, asha)).toEqual(paid);
      await orderInState(paid.orderId, asha, 'CONFIRMED');
    },
    2 * MINUTE,
  );
});
