import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { PaymentState, type Payment } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import fc from 'fast-check';
import { sql } from 'kysely';
import { forgetOldNotices } from './jobs/forget-notices.ts';
import { PAID_AFTER_MS, PaymentScene } from './testing/payment-scene.ts';
import { ACCOUNT } from './testing/sandbox-process.ts';

let shop: PaymentScene;
beforeAll(async () => {
  shop = await PaymentScene.open();
}, 120_000);
afterAll(() => shop.close());
afterEach(async () => {
  shop.door.refuses = false;
  await shop.sandbox.post('/sandbox/knobs');
});

const create = (orderId: string, userId: string, key?: string) =>
  shop.as({ userId }, (payments) => payments.createPayment({ orderId }, key === undefined ? {} : { idempotencyKey: key }));
const get = (id: string) => shop.as({ role: 'ADMIN' }, (payments) => payments.getPayment({ id }));
const pay = (payment: Payment, body: object = {}) => shop.sandbox.post(`/sandbox/orders/${payment.providerOrderId}/pay`, body);
const inState = (payment: Payment, state: PaymentState) =>
  eventually(`payment ${payment.id} in state ${state}`, async () => {
    const current = await get(payment.id);
    return current.state === state ? current : undefined;
  });
async function open(minor?: bigint): Promise<Payment> {
  const { orderId, customerId } = shop.order(minor === undefined ? {} : { minor });
  return create(orderId, customerId);
}
const entityOf = (payment: Payment, change: object = {}) => ({
  id: 'pay_byhand',
  order_id: payment.providerOrderId,
  amount: 129_900,
  currency: 'INR',
  status: 'captured',
  method: 'upi',
  ...change,
});

describe('opening a payment', () => {
  it("is over the order's amount and says what the client needs to pay", async () => {
    const { orderId, customerId } = shop.order({ minor: 99_950n });
    const payment = await create(orderId, customerId);
    expect(payment).toMatchObject({
      orderId,
      customerId,
      state: PaymentState.CREATED,
      amount: { currencyCode: 'INR', units: 999n, nanos: 500_000_000 },
      provider: 'razorpay',
      providerOrderId: expect.stringMatching(/^order_/),
      providerKeyId: ACCOUNT.keyId,
      method: '',
    });
    expect(await shop.events(orderId)).toEqual(['PaymentCreated']);
    expect(await shop.as({ userId: customerId }, (payments) => payments.getPayment({ id: payment.id }))).toEqual(payment);
  });

  it('again answers the open payment: with the same key, another, none, and at once', async () => {
    const { orderId, customerId } = shop.order();
    const key = newId();
    const first = await create(orderId, customerId, key);
    const again = await Promise.all([create(orderId, customerId, key), create(orderId, customerId, newId()), create(orderId, customerId)]);
    expect(again).toEqual([first, first, first]);
    const other = shop.order();
    const raced = await Promise.all(Array.from({ length: 5 }, () => create(other.orderId, other.customerId)));
    expect(new Set(raced.map(({ id }) => id)).size).toBe(1);
    expect(await shop.events(other.orderId)).toEqual(['PaymentCreated']);
  });

  it.each<[string, () => { orderId: string; userId: string }, string]>([
    ['of somebody else', () => ({ orderId: shop.order().orderId, userId: newId() }), 'ORDER_NOT_FOUND'],
    ['that does not exist', () => ({ orderId: newId(), userId: newId() }), 'ORDER_NOT_FOUND'],
    ['that is cancelled', () => (({ orderId, customerId }) => ({ orderId, userId: customerId }))(shop.order({ state: OrderState.CANCELLED })), 'ORDER_NOT_PAYABLE'],
    ['that is paid', () => (({ orderId, customerId }) => ({ orderId, userId: customerId }))(shop.order({ state: OrderState.CONFIRMED })), 'ORDER_NOT_PAYABLE'],
  ])('for an order %s is refused', async (_what, make, reason) => {
    const { orderId, userId } = make();
    await expect(create(orderId, userId)).rejects.toMatchObject({ reason });
    expect(await shop.rows(sql`select 1 from payments where order_id = ${orderId}`)).toEqual([]);
  }); // prettier-ignore

  it('leaves nothing while the provider is away, and works with the same key when it is back', async () => {
    const { orderId, customerId } = shop.order();
    const key = newId();
    await shop.sandbox.post('/sandbox/knobs', { refuse_requests: 1 });
    await expect(create(orderId, customerId, key)).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    expect(await shop.events(orderId)).toEqual([]);
    await shop.sandbox.post('/sandbox/knobs');
    expect(await create(orderId, customerId, key)).toMatchObject({ state: PaymentState.CREATED });
  });

  it('goes on with the order at the provider that an earlier try opened and did not live to keep', async () => {
    const { orderId, customerId } = shop.order();
    const authorization = `Basic ${Buffer.from(`${ACCOUNT.keyId}:${ACCOUNT.keySecret}`).toString('base64')}`;
    const response = await fetch(`${shop.sandbox.url}/v1/orders`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ amount: 129_900, currency: 'INR', receipt: orderId }),
    });
    const { id } = (await response.json()) as { id: string };
    expect((await create(orderId, customerId)).providerOrderId).toBe(id);
  });
});

describe('paying', () => {
  it.each([
    ['upi', 'success', PaymentState.SUCCEEDED, 'PaymentSucceeded', ''],
    ['card', 'success', PaymentState.SUCCEEDED, 'PaymentSucceeded', ''],
    ['upi', 'failure', PaymentState.FAILED, 'PaymentFailed', 'The payer declined the payment.'],
  ])('by %s with %s ends in one event, by the webhook', async (method, outcome, state, event, failureReason) => {
    const payment = await open();
    await pay(payment, { method, outcome });
    expect(await inState(payment, state)).toMatchObject({ method, failureReason });
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', event]);
    await expect(create(payment.orderId, payment.customerId)).rejects.toMatchObject({ reason: 'ORDER_NOT_PAYABLE' });
  });

  it('counts once when the webhook comes twice', async () => {
    await shop.sandbox.post('/sandbox/knobs', { double_webhooks: 1 });
    const payment = await open();
    const before = shop.door.answers.length;
    await pay(payment);
    await eventually('both webhooks', () => shop.door.answers.length >= before + 2);
    expect(shop.door.answers.slice(before)).toEqual(['OK', 'OK']);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded']);
  });

  it('is known in the end when the webhook is refused at first', async () => {
    shop.door.refuses = true;
    const payment = await open();
    const before = shop.door.answers.length;
    await pay(payment);
    await eventually('a refusal', () => shop.door.answers.length > before);
    shop.door.refuses = false;
    await inState(payment, PaymentState.SUCCEEDED);
    expect(shop.door.answers.slice(before)).toEqual([
      ...Array<string>(shop.door.answers.length - before - 1).fill('refused at the door'),
      'OK',
    ]);
  });

  it('is known in the end when the webhook is lost: the provider is asked', async () => {
    await shop.sandbox.post('/sandbox/knobs', { lose_webhooks: 1 });
    const payment = await open();
    await pay(payment, { outcome: 'failure' });
    await pay(payment);
    await shop.reconcile(new Date());
    expect((await get(payment.id)).state).toBe(PaymentState.CREATED);
    const later = new Date(Date.now() + 61_000);
    await Promise.all([shop.reconcile(later), shop.reconcile(later)]);
    expect((await get(payment.id)).state).toBe(PaymentState.SUCCEEDED);
    // Not a word of the try that failed before: it would have cancelled the order.
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded']);
  });
});

describe('asking the provider', () => {
  const asked = async (id: string) => {
    const [row] = await shop.rows(
      sql<{ at: Date | null; tries: number }>`select reconcile_at as at, reconcile_tries as tries from payments where id = ${id}`,
    );
    return row;
  };

  it('is done ever more rarely, also of failed payments, and ends with age', async () => {
    const payment = await open();
    const start = Date.now();
    await shop.reconcile(new Date(start + 61_000));
    expect(await asked(payment.id)).toMatchObject({ tries: 1 });
    await shop.reconcile(new Date(start + 62_000));
    expect(await asked(payment.id)).toMatchObject({ tries: 1 });
    await shop.reconcile(new Date(start + 130_000));
    expect(await asked(payment.id)).toMatchObject({ tries: 2 });
    await pay(payment, { outcome: 'failure' });
    await inState(payment, PaymentState.FAILED);
    expect((await asked(payment.id))?.at).not.toBeNull();
    await shop.reconcile(new Date(start + 2 * 86_400_000));
    expect(await asked(payment.id)).toEqual({ at: null, tries: 3 });
  });

  it('survives a provider that is away', async () => {
    const payment = await open();
    await pay(payment);
    await inState(payment, PaymentState.SUCCEEDED);
    const other = await open();
    await shop.sandbox.post('/sandbox/knobs', { refuse_requests: 1 });
    await shop.reconcile(new Date(Date.now() + 61_000));
    expect((await get(other.id)).state).toBe(PaymentState.CREATED);
    expect((await get(payment.id)).state).toBe(PaymentState.SUCCEEDED);
  });

  it('waits with a payment that has succeeded until it is old enough', async () => {
    const payment = await open();
    await pay(payment);
    const { createdAt } = await inState(payment, PaymentState.SUCCEEDED);
    await shop.reconcile(new Date(Date.now() + 61_000));
    const next = (await asked(payment.id))?.at;
    expect(new Date(next ?? 0).getTime()).toBe((createdAt?.getTime() ?? 0) + PAID_AFTER_MS);
  });
});

describe('a webhook', () => {
  it.each<[string, (payment: Payment) => Promise<string>, string]>([
    ['with a foreign signature', (payment) => shop.notice('payment.captured', entityOf(payment), { secret: 'other' }), 'INVALID_SIGNATURE'],
    ['without any header', (payment) => shop.webhook(Buffer.from(JSON.stringify(entityOf(payment))), {}), 'INVALID_SIGNATURE'],
    ['of an unknown provider', () => shop.webhook(Buffer.from('{}'), {}, 'nopay'), 'UNKNOWN_PROVIDER'],
    ['that is signed but makes no sense', () => shop.notice('payment.captured', { id: 'pay_1' }), 'INVALID_WEBHOOK'],
  ])('%s is refused and changes nothing', async (_what, send, reason) => {
    const payment = await open();
    expect(await send(payment)).toBe(reason);
    expect((await get(payment.id)).state).toBe(PaymentState.CREATED);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated']);
  });

  it.each<[string, (payment: Payment) => Promise<string>]>([
    ['of a kind that means nothing here', (payment) => shop.notice('payment.authorized', entityOf(payment, { status: 'authorized' }))],
    [
      'of an order that the shop does not know',
      (payment) => shop.notice('payment.captured', entityOf(payment, { order_id: 'order_other' })),
    ],
  ])('%s is accepted and changes nothing', async (_what, send) => {
    const payment = await open();
    expect(await send(payment)).toBe('OK');
    expect((await get(payment.id)).state).toBe(PaymentState.CREATED);
  });

  it.each([
    ['another amount', { amount: 129_899 }],
    ['another currency', { currency: 'USD' }],
  ] as [string, { amount?: number; currency?: string }][])(
    'over %s moves nothing, raises an alarm once, and the money is on its way back',
    async (_what, change) => {
      const payment = await open();
      for (let time = 0; time < 2; time += 1)
        expect(await shop.notice('payment.captured', entityOf(payment, { ...change, id: `pay_${payment.id}` }))).toBe('OK');
      expect((await get(payment.id)).state).toBe(PaymentState.CREATED);
      expect(await shop.rows(sql`select kind from discrepancies where payment_id = ${payment.id}`)).toEqual([{ kind: 'AMOUNT_DIFFERS' }]);
      expect(shop.host.logged.filter(({ payment_id, level }) => payment_id === payment.id && level === 50)).toHaveLength(1);
      const { refunds } = await get(payment.id);
      expect(refunds).toMatchObject([{ surplus: true, reason: 'It was not the amount of the order.' }]);
      const books = sql`select sum(amount_minor)::int as sum from ledger_entries where payment_id = ${payment.id} and account = 'refunds_payable'`;
      expect(await shop.rows(books)).toEqual([{ sum: -(change.amount ?? 129_900) }]);
    },
  );

  it('of a second capture is kept for a person', async () => {
    const payment = await open();
    await shop.notice('payment.captured', entityOf(payment));
    await shop.notice('payment.captured', entityOf(payment, { id: 'pay_second' }));
    expect(await shop.rows(sql`select kind from discrepancies where payment_id = ${payment.id}`)).toEqual([{ kind: 'CAPTURED_TWICE' }]);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded']);
  });

  it('in any order, any number of times and at once, leaves the payment as the provider has it and tells of it once', async () => {
    const notice = fc.record({
      kind: fc.constantFrom('payment.captured', 'payment.failed', 'order.paid'),
      event: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(notice, { minLength: 1, maxLength: 6 }), async (notices) => {
        const payment = await open();
        const sent = notices.map(({ kind, event }) => shop.notice(kind, entityOf(payment), { eventId: `${payment.id}-${kind}-${event}` }));
        expect(new Set(await Promise.all(sent))).toEqual(new Set(['OK']));
        const captured = notices.some(({ kind }) => kind !== 'payment.failed');
        expect((await get(payment.id)).state).toBe(captured ? PaymentState.SUCCEEDED : PaymentState.FAILED);
        const events = await shop.events(payment.orderId);
        expect(events.filter((event) => event === 'PaymentSucceeded')).toHaveLength(captured ? 1 : 0);
        expect(events.at(-1)).toBe(captured ? 'PaymentSucceeded' : 'PaymentFailed');
      }),
      { numRuns: 25 },
    );
  });

  it('of a failed try that overtakes the one of the try that worked does not end the payment', async () => {
    const payment = await open();
    await shop.sandbox.post('/sandbox/knobs', { lose_webhooks: 1 });
    await pay(payment, { outcome: 'failure' });
    await pay(payment);
    expect(await shop.notice('payment.failed', entityOf(payment, { status: 'failed' }))).toBe('OK');
    expect((await get(payment.id)).state).toBe(PaymentState.SUCCEEDED);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded']);
  });

  it('of a failed try ends the payment also while the provider can’t be asked', async () => {
    const payment = await open();
    await shop.sandbox.post('/sandbox/knobs', { refuse_requests: 1 });
    expect(await shop.notice('payment.failed', entityOf(payment, { status: 'failed' }))).toBe('OK');
    expect((await get(payment.id)).state).toBe(PaymentState.FAILED);
  });

  it('is known for a month', async () => {
    const payment = await open();
    const eventId = newId();
    await shop.notice('payment.captured', entityOf(payment), { eventId });
    const known = () => shop.rows(sql`select kind from provider_notices where event_id = ${eventId}`);
    const forget = (days: number) => forgetOldNotices({ database: shop.database, clock: () => new Date(Date.now() + days * 86_400_000) })();
    await forget(29);
    expect(await known()).toEqual([{ kind: 'payment.captured' }]);
    await forget(31);
    expect(await known()).toEqual([]);
    expect(await shop.notice('payment.captured', entityOf(payment), { eventId })).toBe('OK');
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded']);
  });

  it('leaves no secret, signature or body in the log', () => {
    const log = JSON.stringify(shop.host.logged);
    for (const word of [ACCOUNT.keySecret, ACCOUNT.webhookSecret, 'payer@sandbox', 'x-razorpay-signature']) expect(log).not.toContain(word);
  });
});

describe('a payment', () => {
  it('is nobody else’s to see', async () => {
    const payment = await open();
    await expect(shop.as({}, (payments) => payments.getPayment({ id: payment.id }))).rejects.toMatchObject({ reason: 'PAYMENT_NOT_FOUND' });
    await expect(shop.as({ role: 'ADMIN' }, (payments) => payments.getPayment({ id: newId() }))).rejects.toMatchObject({
      reason: 'PAYMENT_NOT_FOUND',
    });
  });
});
