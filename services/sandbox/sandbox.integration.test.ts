import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@shopverse/mesh/config/read';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { settings } from './config.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { startReceiver, type Receiver } from './testing/webhook-receiver.ts';

const KEY = { RAZORPAY_KEY_ID: 'rzp_test_key', RAZORPAY_KEY_SECRET: 'key-secret', RAZORPAY_WEBHOOK_SECRET: 'webhook-secret' };
const AUTHORIZATION = `Basic ${Buffer.from('rzp_test_key:key-secret').toString('base64')}`;
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

type Json = Record<string, unknown> & { id: string; items: Json[]; error: { description: string; field?: string } };

let folder: string;
let receiver: Receiver;
let sandbox: Sandbox;
let answers: (index: number) => number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-sandbox-'));
  answers = () => 200;
  receiver = await startReceiver((index) => answers(index));
  sandbox = await startSandbox(
    readConfig(settings, {
      ...KEY,
      SANDBOX_LISTEN: '127.0.0.1:0',
      SANDBOX_DATA: join(folder, 'sandbox.sqlite'),
      SANDBOX_WEBHOOK_URL: receiver.url,
    }),
    createLogger('sandbox', 'silent'),
  );
});
afterEach(async () => {
  await sandbox.stop();
  await receiver.close();
  await rm(folder, { recursive: true });
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${sandbox.port}${path}`, {
    method,
    headers: { authorization: AUTHORIZATION, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}
const order = (change: object = {}, headers: Record<string, string> = {}) =>
  ask('POST', '/v1/orders', { amount: 129900, currency: 'INR', receipt: 'r-1', ...change }, headers);
const pay = (id: string, body: object = {}) => ask('POST', `/sandbox/orders/${id}/pay`, body);

describe("the sandbox's orders", () => {
  it("look like Razorpay's", async () => {
    const { status, body } = await order({ notes: { a: 'b' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^order_\w{14}$/),
      entity: 'order',
      amount: 129900,
      amount_paid: 0,
      amount_due: 129900,
      currency: 'INR',
      receipt: 'r-1',
      offer_id: null,
      status: 'created',
      attempts: 0,
      notes: { a: 'b' },
      created_at: expect.any(Number),
    });
    expect((await ask('GET', `/v1/orders/${body.id}`)).body).toEqual(body);
    expect((await ask('GET', '/v1/orders?receipt=r-1&count=5')).body).toEqual({ entity: 'collection', count: 1, items: [body] });
    expect((await ask('GET', '/v1/orders?receipt=other')).body.items).toEqual([]);
  });

  it('are one per receipt when that is asked for, and as many as there were requests otherwise', async () => {
    const first = await order({ unique_receipt: true });
    expect((await order({ unique_receipt: true })).body.id).toBe(first.body.id);
    expect((await order()).body.id).not.toBe(first.body.id);
    const other = await order({ unique_receipt: true, amount: 500 });
    expect([other.status, other.body.error.description]).toEqual([400, 'Order receipt should be unique.']);
  });

  it.each<[string, string, string, unknown, Record<string, string>, number, string]>([
    ['without the key', 'GET', '/v1/orders', undefined, { authorization: '' }, 401, 'Authentication failed'],
    ['with a wrong secret', 'GET', '/v1/orders', undefined, { authorization: `Basic ${Buffer.from('rzp_test_key:no').toString('base64')}` }, 401, 'Authentication failed'],
    ['that are no JSON', 'POST', '/v1/orders', '{', {}, 400, 'JSON'],
    ['without an amount', 'POST', '/v1/orders', { currency: 'INR' }, {}, 400, 'amount'],
    ['with a fraction of a paisa', 'POST', '/v1/orders', { amount: 100.5, currency: 'INR' }, {}, 400, 'integer'],
    ['of too little', 'POST', '/v1/orders', { amount: 99, currency: 'INR' }, {}, 400, 'minimum'],
    ['with a long receipt', 'POST', '/v1/orders', { amount: 100, currency: 'INR', receipt: 'x'.repeat(41) }, {}, 400, 'receipt'],
    ['that nobody made', 'GET', '/v1/orders/order_none', undefined, {}, 400, 'does not exist'],
    ['with an odd page', 'GET', '/v1/orders?count=-1', undefined, {}, 400, 'count'],
    ['at an unknown address', 'GET', '/v2/orders', undefined, {}, 404, 'not found'],
    ['that are too long', 'POST', '/v1/orders', 'x'.repeat(70_000), {}, 413, 'longer'],
  ])('%s are refused', async (_what, method, path, body, headers, status, description) => {
    const answer = await ask(method, path, body, headers);
    expect([answer.status, answer.body.error.description]).toEqual([status, expect.stringContaining(description)]);
  }); // prettier-ignore
});

describe('paying in the sandbox', () => {
  it('captures the amount and tells the merchant, signed and in the trace of the order', async () => {
    const { body } = await order({}, { traceparent: TRACEPARENT });
    const paid = await pay(body.id, { method: 'card' });
    expect(paid.body).toMatchObject({ status: 'captured', captured: true, method: 'card', amount: 129900, order_id: body.id });
    const webhook = await receiver.at(0);
    expect(webhook.headers).toMatchObject({
      'x-razorpay-signature': createHmac('sha256', 'webhook-secret').update(webhook.body).digest('hex'),
      'x-razorpay-event-id': expect.stringMatching(/^\w{14}$/),
      'content-type': 'application/json',
      traceparent: TRACEPARENT,
    });
    expect(JSON.parse(webhook.body)).toMatchObject({
      entity: 'event',
      event: 'payment.captured',
      contains: ['payment'],
      payload: { payment: { entity: { id: paid.body.id, order_id: body.id, amount: 129900, currency: 'INR', status: 'captured' } } },
    });
    expect((await ask('GET', `/v1/orders/${body.id}`)).body).toMatchObject({ status: 'paid', amount_due: 0, attempts: 1 });
    expect((await ask('GET', `/v1/orders/${body.id}/payments`)).body.items).toEqual([paid.body]);
    expect((await ask('GET', `/v1/payments/${paid.body.id}`)).body).toEqual(paid.body);
  });

  it('can be refused and tried again, but not after it worked', async () => {
    const { body } = await order();
    expect((await pay(body.id, { outcome: 'failure' })).body).toMatchObject({ status: 'failed', error_reason: 'payment_declined' });
    expect(JSON.parse((await receiver.at(0)).body)).toMatchObject({ event: 'payment.failed' });
    expect((await ask('GET', `/v1/orders/${body.id}`)).body).toMatchObject({ status: 'attempted' });
    expect((await pay(body.id)).body).toMatchObject({ status: 'captured' });
    const again = await pay(body.id);
    expect([again.status, again.body.error.description]).toEqual([400, 'Order already paid']);
  });

  it('may take its time; of two at once only one captures', async () => {
    const { body } = await order();
    expect((await pay(body.id, { delay_ms: 100 })).body).toMatchObject({ status: 'created' });
    expect((await pay(body.id, { delay_ms: 50 })).body).toMatchObject({ status: 'created' });
    await receiver.at(1);
    const statuses = (await ask('GET', `/v1/orders/${body.id}/payments`)).body.items.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['captured', 'failed']));
  });

  it('works for a person in a browser', async () => {
    const { body } = await order();
    const address = `http://127.0.0.1:${sandbox.port}/checkout/${body.id}`;
    expect(await (await fetch(address)).text()).toContain('1,299.00');
    const refused = await fetch(address, { method: 'POST', body: new URLSearchParams({ choice: 'refuse' }) });
    expect(await refused.text()).toContain('refused');
    const paid = await fetch(address, { method: 'POST', body: new URLSearchParams({ choice: 'upi' }) });
    expect(await paid.text()).toContain('Thank you');
    expect((await fetch(`http://127.0.0.1:${sandbox.port}/checkout/order_none`)).status).toBe(404);
  });
});

describe("the sandbox's webhooks", () => {
  it('come again, the same in every byte, until they are taken', async () => {
    answers = (index) => (index < 2 ? 503 : 204);
    const { body } = await order();
    await pay(body.id);
    const third = await receiver.at(2);
    expect(receiver.received.map((webhook) => webhook.body)).toEqual([third.body, third.body, third.body]);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-razorpay-event-id'])).size).toBe(1);
  });

  it.each<[string, object, number]>([
    ['are lost', { lose_webhooks: 1 }, 0],
    ['come twice', { double_webhooks: 1 }, 2],
    ['come late', { delay_webhooks_ms: 50 }, 1],
  ])('%s when a knob says so', async (_what, knobs, expected) => {
    await ask('POST', '/sandbox/knobs', knobs);
    const { body } = await order();
    await pay(body.id);
    for (let index = 0; index < expected; index += 1) await receiver.at(index);
    const { webhooks } = (await ask('GET', '/sandbox/webhooks')).body as unknown as { webhooks: { state: string; event_id: string }[] };
    expect(webhooks).toHaveLength(Math.max(expected, 1));
    expect(new Set(webhooks.map(({ event_id }) => event_id)).size).toBe(1);
    expect(webhooks[0]?.state === 'lost').toBe(expected === 0);
  });

  it('overtake each other when a knob says so', async () => {
    await ask('POST', '/sandbox/knobs', { reorder_webhooks: 1, reorder_ms: 300 });
    const { body } = await order();
    await pay(body.id, { outcome: 'failure' });
    await ask('POST', '/sandbox/knobs', {});
    await pay(body.id);
    await receiver.at(1);
    expect(receiver.received.map((webhook) => (JSON.parse(webhook.body) as { event: string }).event)).toEqual([
      'payment.captured',
      'payment.failed',
    ]);
  });

  it('and requests go wrong as the knobs say, and knobs are checked', async () => {
    await ask('POST', '/sandbox/knobs', { refuse_requests: 1, refuse_payments: 1 });
    expect((await order()).status).toBe(503);
    await ask('POST', '/sandbox/knobs', { refuse_payments: 1 });
    const { body } = await order();
    expect((await pay(body.id)).body).toMatchObject({ status: 'failed', error_reason: 'bank_technical_error' });
    for (const bad of [{ lose_webhooks: 2 }, { unknown: 1 }, { delay_webhooks_ms: 1.5 }]) {
      expect((await ask('POST', '/sandbox/knobs', bad)).status).toBe(400);
    }
    expect((await ask('GET', '/sandbox/knobs')).body).toMatchObject({ refuse_payments: 1, refuse_requests: 0 });
  });
});

describe("the sandbox's refunds", () => {
  const paid = async () => {
    const { body } = await order();
    return (await pay(body.id)).body.id;
  };
  const refund = (paymentId: string, body: object = {}, key?: string) =>
    ask('POST', `/v1/payments/${paymentId}/refund`, body, key === undefined ? {} : { 'x-refund-idempotency': key });

  it("look like Razorpay's, are told of by two webhooks, and show on the payment", async () => {
    const paymentId = await paid();
    const { status, body } = await refund(paymentId, { amount: 29_900, speed: 'normal', receipt: 'r-2', notes: { why: 'broken' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^rfnd_\w{14}$/),
      entity: 'refund',
      amount: 29_900,
      currency: 'INR',
      payment_id: paymentId,
      notes: { why: 'broken' },
      receipt: 'r-2',
      acquirer_data: { arn: null },
      batch_id: null,
      status: 'processed',
      speed_processed: 'normal',
      speed_requested: 'normal',
      created_at: expect.any(Number),
    });
    expect((await ask('GET', `/v1/refunds/${body.id}`)).body).toEqual(body);
    expect((await ask('GET', `/v1/payments/${paymentId}/refunds?count=5`)).body).toEqual({ entity: 'collection', count: 1, items: [body] });
    expect((await ask('GET', `/v1/payments/${paymentId}`)).body).toMatchObject({
      status: 'captured',
      amount_refunded: 29_900,
      refund_status: 'partial',
    });
    await receiver.at(2);
    const events = receiver.received.map(
      (webhook) => JSON.parse(webhook.body) as { event: string; contains: string[]; payload: { refund?: { entity: Json } } },
    );
    expect(events.map(({ event }) => event).sort()).toEqual(['payment.captured', 'refund.created', 'refund.processed']);
    const told = events.find(({ event }) => event === 'refund.processed');
    expect(told).toMatchObject({ contains: ['refund', 'payment'], payload: { refund: { entity: body } } });
    await refund(paymentId);
    expect((await ask('GET', `/v1/payments/${paymentId}`)).body).toMatchObject({
      status: 'refunded',
      amount_refunded: 129_900,
      refund_status: 'full',
    });
  });

  it('are one for each idempotency key', async () => {
    const paymentId = await paid();
    const first = await refund(paymentId, { amount: 500 }, 'a-key-of-mine');
    expect((await refund(paymentId, { amount: 500 }, 'a-key-of-mine')).body).toEqual(first.body);
    expect((await refund(paymentId, { amount: 501 }, 'a-key-of-mine')).status).toBe(400);
    expect((await refund(paymentId, { amount: 500 })).body.id).not.toBe(first.body.id);
    expect((await refund(paymentId, { amount: 500 }, 'short')).status).toBe(400);
  });

  it.each<[string, () => Promise<{ status: number; body: Json }>, string]>([
    ['of more than is left', async () => (async (id: string) => (await refund(id, { amount: 100_000 }), refund(id, { amount: 29_901 })))(await paid()), 'greater than'],
    ['when nothing is left', async () => (async (id: string) => (await refund(id), refund(id)))(await paid()), 'fully refunded'],
    ['of less than a rupee', async () => refund(await paid(), { amount: 99 }), 'atleast'],
    ['of a payment that nobody made', () => refund('pay_none'), 'does not exist'],
    ['of a payment that failed', async () => refund((await pay((await order()).body.id, { outcome: 'failure' })).body.id), 'captured'],
  ])('are refused %s', async (_what, ask_, description) => {
    const { status, body } = await ask_();
    expect([status, body.error.description]).toEqual([400, expect.stringContaining(description)]);
  }); // prettier-ignore

  it('take their time and fail when knobs say so; a refund that failed leaves its money to another', async () => {
    const paymentId = await paid();
    const other = await paid();
    await ask('POST', '/sandbox/knobs', { delay_refunds_ms: 3_600_000 });
    expect((await refund(other)).body).toMatchObject({ status: 'pending' });
    expect((await refund(other)).status).toBe(400);
    await ask('POST', '/sandbox/knobs', { delay_refunds_ms: 50, refuse_refunds: 1 });
    const { body } = await refund(paymentId);
    expect(body).toMatchObject({ status: 'pending' });
    await receiver.at(4);
    expect((await ask('GET', `/v1/refunds/${body.id}`)).body).toMatchObject({ status: 'failed' });
    await ask('POST', '/sandbox/knobs', {});
    expect((await refund(paymentId)).body).toMatchObject({ status: 'processed', amount: 129_900 });
  });

  it('show on the page on which was paid', async () => {
    const { body } = await order();
    await refund((await pay(body.id)).body.id, { amount: 29_900 });
    const page = await (await fetch(`http://127.0.0.1:${sandbox.port}/checkout/${body.id}`)).text();
    expect(page).toContain('299.00 went back to you');
  });
});

describe('a paid order', () => {
  it('takes another payment when a knob says so', async () => {
    const { body } = await order();
    await pay(body.id);
    await ask('POST', '/sandbox/knobs', { capture_twice: 1 });
    expect((await pay(body.id)).body).toMatchObject({ status: 'captured' });
    const payments = (await ask('GET', `/v1/orders/${body.id}/payments`)).body.items;
    expect(payments.map(({ status }) => status)).toEqual(['captured', 'captured']);
  });

  it('says at once whether it takes another: what it takes on does not fail for that', async () => {
    const { body } = await order();
    await pay(body.id);
    await ask('POST', '/sandbox/knobs', { capture_twice: 0.5 });
    const tries = await Promise.all(Array.from({ length: 40 }, () => pay(body.id)));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([200, 400]));
    const payments = (await ask('GET', `/v1/orders/${body.id}/payments?count=100`)).body.items;
    expect(new Set(payments.map(({ status }) => status))).toEqual(new Set(['captured']));
  });
});
