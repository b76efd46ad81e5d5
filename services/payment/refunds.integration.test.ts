import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscrepancyKind, PaymentState, RefundState } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { PaymentProvider } from './domain/provider.ts';
import { PAID_AFTER_MS, PaymentScene } from './testing/payment-scene.ts';
import { reasonOf } from './testing/reason-of.ts';
import { ACCOUNT } from './testing/sandbox-process.ts';
import { Shopping } from './testing/shopping.ts';

const PRICE = 129_900n;
const inr = (minor: bigint) => toMessage({ currency: 'INR', minor });
const LATER = () => new Date(Date.now() + 120_000);

let shop: PaymentScene;
let people: Shopping;
beforeAll(async () => {
  shop = await PaymentScene.open();
  people = new Shopping(shop);
}, 120_000);
afterAll(() => shop.close());
afterEach(async () => {
  shop.door.refuses = false;
  await shop.sandbox.post('/sandbox/knobs');
});
const knobs = (set: object) => shop.sandbox.post('/sandbox/knobs', set);
const alarms = (refundId: string) => shop.host.logged.filter((line) => line['refund_id'] === refundId && line['alarm'] !== undefined);

/** What the provider tells of a refund. */
const about = (refundId: string, providerPaymentId: string, change: object = {}) => ({
  id: `rfnd_${refundId.slice(-14)}`,
  payment_id: providerPaymentId,
  amount: 129_900,
  currency: 'INR',
  receipt: `${refundId}-1`,
  status: 'processed',
  ...change,
});

describe('a refund', () => {
  it('of all goes back at the provider, is told of once, and is shown to its customer', async () => {
    const payment = await people.paid();
    const refund = await people.refund(payment.id);
    expect(refund).toMatchObject({
      paymentId: payment.id,
      state: RefundState.REQUESTED,
      amount: inr(PRICE),
      reason: 'It broke.',
      surplus: false,
    });
    expect(await people.get(payment.id)).toMatchObject({ state: PaymentState.SUCCEEDED, refunded: inr(0n), refunding: inr(PRICE) });
    await shop.carryOutRefunds();
    const after = await people.refunded(payment.id, refund.id);
    expect(after).toMatchObject({ state: PaymentState.REFUNDED, refunded: inr(PRICE), refunding: inr(0n) });
    expect(after.refunds).toMatchObject([{ id: refund.id, processedAt: expect.any(Date) }]);
    expect(await shop.as({ userId: payment.customerId }, (payments) => payments.getPayment({ id: payment.id }))).toEqual(after);
    expect(await people.refundsAtProvider(payment.id)).toMatchObject([{ word: 'processed', amount: { minor: PRICE } }]);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded', 'PaymentRefunded']);
    expect(await people.books(payment.id)).toEqual({ 'provider:razorpay': 0, orders: 0, refunds_payable: 0 });
  });

  it('of a part leaves the rest to be given back later', async () => {
    const payment = await people.paid();
    const part = await people.refund(payment.id, { amount: inr(29_900n) });
    await shop.carryOutRefunds();
    expect(await people.refunded(payment.id, part.id)).toMatchObject({ state: PaymentState.PARTIALLY_REFUNDED, refunded: inr(29_900n) });
    await expect(people.refund(payment.id, { amount: inr(100_001n) })).rejects.toMatchObject({ reason: 'REFUND_EXCEEDS_CAPTURE' });
    const rest = await people.refund(payment.id);
    expect(rest.amount).toEqual(inr(100_000n));
    await shop.carryOutRefunds();
    expect(await people.refunded(payment.id, rest.id)).toMatchObject({
      state: PaymentState.REFUNDED,
      refunds: [{ id: part.id }, { id: rest.id }],
    });
    const events = await shop.events(payment.orderId);
    expect(events.filter((event) => event === 'PaymentRefunded')).toHaveLength(2);
  });

  it('is one for each key, and needs one', async () => {
    const payment = await people.paid();
    const key = newId();
    const refunds = await Promise.all(Array.from({ length: 4 }, () => people.refund(payment.id, { amount: inr(100n), key })));
    expect(new Set(refunds.map(({ id }) => id)).size).toBe(1);
    await expect(people.refund(payment.id, { amount: inr(200n), key })).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
    const keyless = { id: payment.id, amount: undefined, reason: 'x' };
    expect(await reasonOf(shop.as({ role: 'ADMIN' }, (payments) => payments.refundPayment(keyless)))).toBe('IDEMPOTENCY_KEY_REQUIRED');
    expect((await people.get(payment.id)).refunds).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['of no payment', () => people.refund(newId()), 'PAYMENT_NOT_FOUND'],
    ['of one that waits for its customer', async () => people.refund((await people.open()).id), 'PAYMENT_NOT_REFUNDABLE'],
    ['of nothing', async () => people.refund((await people.paid()).id, { amount: inr(0n) }), 'INVALID_REQUEST'],
    ['in another currency', async () => people.refund((await people.paid()).id, { amount: toMessage({ currency: 'USD', minor: 1n }) }), 'INVALID_REQUEST'],
    ['by a customer', async () => shop.as({}, async (p) => p.refundPayment({ id: (await people.paid()).id, amount: undefined, reason: 'x' }, { idempotencyKey: newId() })), 'ROLE_NOT_ALLOWED'],
    ['again of no refund', async () => shop.as({ role: 'ADMIN' }, async (p) => p.retryRefund({ paymentId: (await people.paid()).id, refundId: newId() })), 'REFUND_NOT_FOUND'],
  ])('%s is refused', async (_what, ask, reason) => {
    expect(await reasonOf(ask())).toBe(reason);
  }); // prettier-ignore

  it('never adds up to more than was captured, however many want one at once', async () => {
    const payment = await people.paid(100_000n);
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => people.refund(payment.id, { amount: inr(40_000n) })));
    const refusals = asked.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { reason: string }).reason] : []));
    expect(refusals).toEqual(Array<string>(4).fill('REFUND_EXCEEDS_CAPTURE'));
    await Promise.all([shop.carryOutRefunds(), shop.carryOutRefunds(), shop.carryOutRefunds()]);
    await eventually('both', async () => (await people.get(payment.id)).refunded?.units === 800n);
    expect(await people.refundsAtProvider(payment.id)).toHaveLength(2);
  });
});

describe('a provider', () => {
  it('that is away gets the refund when it is back', async () => {
    const payment = await people.paid();
    const refund = await people.refund(payment.id);
    await knobs({ refuse_requests: 1 });
    await shop.carryOutRefunds();
    expect((await people.get(payment.id)).refunds).toMatchObject([{ state: RefundState.REQUESTED }]);
    await knobs({});
    await shop.carryOutRefunds();
    expect(await people.refundsAtProvider(payment.id)).toEqual([]);
    await shop.carryOutRefunds(LATER());
    await people.refunded(payment.id, refund.id);
    expect(alarms(refund.id)).toEqual([]);
  });

  it('whose answer was lost, as by a crash, gives back once', async () => {
    await knobs({ lose_webhooks: 1, delay_refunds_ms: 60_000 });
    const payment = await people.open();
    const try_ = await people.pay(payment);
    await shop.reconcile(new Date(Date.now() + 61_000));
    const refund = await people.refund(payment.id);
    const { chosen } = shop.providers;
    const forgetful: PaymentProvider = {
      ...chosen,
      refund: async (request) => {
        await chosen.refund(request);
        throw new Error('The process died here.');
      },
    };
    await shop.carryOutRefunds(new Date(), { chosen: forgetful, named: () => forgetful });
    expect((await people.get(payment.id)).refunds).toMatchObject([{ state: RefundState.REQUESTED }]);
    await shop.carryOutRefunds(LATER());
    await people.refunded(payment.id, refund.id, RefundState.PENDING);
    expect(await chosen.refundsOf(try_)).toHaveLength(1);
  });

  it('that takes its time is waited for, by its notice', async () => {
    await knobs({ delay_refunds_ms: 300 });
    const payment = await people.paid();
    const refund = await people.refund(payment.id);
    await shop.carryOutRefunds();
    expect((await people.get(payment.id)).refunding).toEqual(inr(PRICE));
    await people.refunded(payment.id, refund.id);
  });

  it('whose notices are lost is asked', async () => {
    const payment = await people.paid();
    await knobs({ lose_webhooks: 1, delay_refunds_ms: 1 });
    const refund = await people.refund(payment.id);
    await shop.carryOutRefunds();
    await eventually('the end at the provider', async () => (await people.refundsAtProvider(payment.id))[0]?.word === 'processed');
    expect((await people.get(payment.id)).refunds).toMatchObject([{ state: RefundState.PENDING }]);
    await Promise.all([shop.carryOutRefunds(LATER()), shop.carryOutRefunds(LATER())]);
    await people.refunded(payment.id, refund.id);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded', 'PaymentRefunded']);
  });

  it('that fails to carry it out makes an alarm, and an admin can try it again', async () => {
    const payment = await people.paid();
    await knobs({ refuse_refunds: 1 });
    const refund = await people.refund(payment.id);
    await shop.carryOutRefunds();
    const failed = await people.refunded(payment.id, refund.id, RefundState.FAILED);
    expect(failed).toMatchObject({ state: PaymentState.SUCCEEDED, refunded: inr(0n), refunding: inr(0n) });
    expect(failed.refunds[0]?.failureReason).not.toBe('');
    expect(alarms(refund.id)).toMatchObject([{ alarm: 'refund_failed', level: 50 }]);
    await knobs({});
    const retry = () => shop.as({ role: 'ADMIN' }, (payments) => payments.retryRefund({ paymentId: payment.id, refundId: refund.id }));
    expect(await retry()).toMatchObject({ id: refund.id, state: RefundState.REQUESTED, failureReason: '' });
    await expect(retry()).rejects.toMatchObject({ reason: 'REFUND_STATE' });
    await shop.carryOutRefunds();
    expect(await people.refunded(payment.id, refund.id)).toMatchObject({ state: PaymentState.REFUNDED });
    expect(await people.books(payment.id)).toEqual({ 'provider:razorpay': 0, orders: 0, refunds_payable: 0 });
  });

  it('that refuses it at once says why', async () => {
    const payment = await people.open();
    await shop.notice('payment.captured', { id: 'pay_nobody', order_id: payment.providerOrderId, amount: 129_900, currency: 'INR', status: 'captured', method: 'upi' }); // prettier-ignore
    const refund = await people.refund(payment.id);
    await shop.carryOutRefunds();
    const failed = await people.refunded(payment.id, refund.id, RefundState.FAILED);
    expect(failed.refunds[0]?.failureReason).toBe('The id provided does not exist');
    expect(alarms(refund.id)).toMatchObject([{ alarm: 'refund_failed' }]);
  });

  it('that does not do it for long makes an alarm', async () => {
    const payment = await people.paid();
    const refund = await people.refund(payment.id);
    await knobs({ refuse_requests: 1 });
    await shop.carryOutRefunds(new Date(Date.now() + 3_700_000));
    expect(alarms(refund.id)).toMatchObject([{ alarm: 'refund_overdue', level: 50 }]);
  });
});

describe('refunds, cancelled orders, lost answers, lost notices and a provider that fails, in any order', () => {
  const act = fc.constantFrom(
    'part',
    'cancel',
    'unwanted',
    'carry out',
    'die after asking',
    'late round',
    'retry',
    'away',
    'failing',
    'slow',
    'deaf',
    'well',
  );
  const states: Readonly<Record<string, object>> = {
    away: { refuse_requests: 1 },
    failing: { refuse_refunds: 1 },
    slow: { delay_refunds_ms: 20 },
    deaf: { lose_webhooks: 1 },
    well: {},
  };

  it('end with as much given back as the provider says, never more than was captured, told once for each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 10 }), async (acts) => {
        await knobs({});
        const payment = await people.paid();
        const { id, orderId } = payment;
        const { chosen } = shop.providers;
        const dying: PaymentProvider = { ...chosen, refund: async (request) => chosen.refund(request).then(() => Promise.reject(new Error('died'))) }; // prettier-ignore
        for (const one of acts) {
          const set = states[one];
          if (set !== undefined) await knobs(set);
          else if (one === 'part') await reasonOf(people.refund(id, { amount: inr(40_000n) }));
          else if (one === 'cancel') await shop.orderCancelled({ orderId, paymentId: id });
          else if (one === 'unwanted') await shop.paymentUnwanted({ orderId, paymentId: id });
          else if (one === 'carry out') await shop.carryOutRefunds();
          else if (one === 'die after asking') await shop.carryOutRefunds(new Date(), { chosen: dying, named: () => dying });
          else if (one === 'late round') await shop.carryOutRefunds(LATER());
          else for (const refund of (await people.get(id)).refunds) await reasonOf(shop.as({ role: 'ADMIN' }, (p) => p.retryRefund({ paymentId: id, refundId: refund.id }))); // prettier-ignore
        }
        await knobs({});
        const after = await eventually('the end of every refund', async () => {
          await shop.carryOutRefunds(new Date(Date.now() + 600_000));
          const current = await people.get(id);
          return current.refunding?.units === 0n && current.refunding.nanos === 0 ? current : undefined;
        });
        const sent = (await people.refundsAtProvider(id)).reduce(
          (sum, { word, amount }) => sum + (word === 'processed' ? amount.minor : 0n),
          0n,
        );
        expect(after.refunded).toEqual(inr(sent));
        expect(sent <= PRICE).toBe(true);
        const done = after.refunds.filter(({ state }) => state === RefundState.PROCESSED);
        expect((await shop.events(orderId)).filter((event) => event === 'PaymentRefunded')).toHaveLength(done.length);
        const { 'provider:razorpay': kept, orders, refunds_payable: owed = 0 } = await people.books(id);
        expect([kept, orders, owed]).toEqual([Number(PRICE - sent), Number(sent - PRICE), 0]);
      }),
      { numRuns: 8 },
    );
  }, 180_000);
});

describe('notices of refunds', () => {
  it('in any order, doubled, at once, before and after the answer, together with those of the payment, leave what the provider did and tell of it once', async () => {
    const kinds = ['payment.captured', 'order.paid', 'payment.failed', 'refund.created', 'refund.processed'] as const;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...kinds, ...kinds], { minLength: 3 }), fc.boolean(), async (sent, answerFirst) => {
        const payment = await people.open();
        const tryId = `pay_${payment.id.slice(-14)}`;
        const entity = {
          id: tryId,
          order_id: payment.providerOrderId,
          amount: 129_900,
          currency: 'INR',
          status: 'captured',
          method: 'upi',
        };
        await shop.notice('payment.captured', entity, { eventId: `${payment.id}-first` });
        const refund = await people.refund(payment.id);
        const answer = () => shop.notice('refund.processed', about(refund.id, tryId), { eventId: `${payment.id}-answer` });
        if (answerFirst) await answer();
        const answers = await Promise.all(
          sent.map((kind) =>
            shop.notice(kind, kind.startsWith('refund') ? about(refund.id, tryId) : entity, { eventId: `${payment.id}-${kind}` }),
          ),
        );
        await answer();
        expect(new Set(answers)).toEqual(new Set(['OK']));
        expect(await people.get(payment.id)).toMatchObject({ state: PaymentState.REFUNDED, refunds: [{ state: RefundState.PROCESSED }] });
        const events = await shop.events(payment.orderId);
        expect(events.filter((event) => event === 'PaymentRefunded')).toHaveLength(1);
        expect(events).toEqual(['PaymentCreated', 'PaymentSucceeded', 'PaymentRefunded']);
        expect(await people.books(payment.id)).toEqual({ 'provider:razorpay': 0, orders: 0, refunds_payable: 0 });
      }),
      { numRuns: 12 },
    );
  });

  it('that nobody here asked for are accepted, move nothing and make an alarm', async () => {
    const payment = await people.paid();
    expect(await shop.notice('refund.processed', about(newId(), 'pay_x'))).toBe('OK');
    expect(await shop.notice('refund.processed', about(newId(), 'pay_x', { receipt: 'By hand' }))).toBe('OK');
    expect(await people.get(payment.id)).toMatchObject({ state: PaymentState.SUCCEEDED, refunds: [] });
    expect(shop.host.logged.filter(({ alarm }) => alarm === 'refund_unknown')).toHaveLength(2);
  });

  it('of another amount or another end are kept for a person', async () => {
    const payment = await people.paid();
    const refund = await people.refund(payment.id);
    await shop.carryOutRefunds();
    await people.refunded(payment.id, refund.id);
    const [row] = await shop.rows(sql<{ id: string }>`select provider_payment_id as id from payments where id = ${payment.id}`);
    expect(await shop.notice('refund.failed', about(refund.id, row?.id ?? ''))).toBe('OK');
    expect(await people.get(payment.id)).toMatchObject({ state: PaymentState.REFUNDED, refunds: [{ state: RefundState.PROCESSED }] });
    expect(await shop.rows(sql`select kind from discrepancies where payment_id = ${payment.id}`)).toEqual([{ kind: 'REFUND_DIFFERS' }]);
    expect(alarms(refund.id)).toMatchObject([{ alarm: 'provider_disagrees' }]);
  });
});

describe('an order that is cancelled', () => {
  it('gives all that is left of its payment back, once, however often it is said', async () => {
    const payment = await people.paid();
    const part = await people.refund(payment.id, { amount: inr(900n) });
    const event = newId();
    const { orderId, id: paymentId } = payment;
    await Promise.all([shop.orderCancelled({ orderId, paymentId }, event), shop.orderCancelled({ orderId, paymentId }, event)]);
    await shop.orderCancelled({ orderId, paymentId });
    await shop.paymentUnwanted({ orderId, paymentId });
    const { refunds } = await people.get(paymentId);
    expect(refunds).toMatchObject([{ id: part.id }, { amount: inr(129_000n), reason: 'The order was cancelled.' }]);
    await shop.carryOutRefunds();
    await people.refunded(paymentId, refunds[1]?.id ?? '');
    expect(await people.get(paymentId)).toMatchObject({ state: PaymentState.REFUNDED });
    expect(await people.refundsAtProvider(paymentId)).toHaveLength(2);
  });

  it('ends its open payment; money that turns up all the same succeeds, and goes back when the order can not use it', async () => {
    const payment = await people.open();
    const { orderId, id: paymentId } = payment;
    await shop.orderCancelled({ orderId });
    await shop.orderCancelled({ orderId });
    expect(await people.get(paymentId)).toMatchObject({ state: PaymentState.FAILED, failureReason: 'The order was cancelled.' });
    await people.pay(payment);
    await eventually('the late money', async () => (await people.get(paymentId)).state === PaymentState.SUCCEEDED);
    expect(await shop.events(orderId)).toEqual(['PaymentCreated', 'PaymentFailed', 'PaymentSucceeded']);
    await shop.paymentUnwanted({ orderId, paymentId });
    await shop.carryOutRefunds();
    await eventually('the refund', async () => (await people.get(paymentId)).state === PaymentState.REFUNDED);
    expect((await people.get(paymentId)).refunds).toMatchObject([{ reason: 'The order was cancelled before the payment arrived.' }]);
  });

  it('without any payment, or with one that nobody knows, changes nothing', async () => {
    await shop.orderCancelled({ orderId: newId() });
    await shop.orderCancelled({ orderId: newId(), paymentId: newId() });
    const paid = await people.paid();
    await shop.orderCancelled({ orderId: paid.orderId });
    expect(await people.get(paid.id)).toMatchObject({ state: PaymentState.SUCCEEDED, refunds: [] });
  });
});

describe('an open payment', () => {
  it('that nobody paid ends when the provider is asked for the last time', async () => {
    const payment = await people.open();
    await shop.reconcile(new Date(Date.now() + 2 * 86_400_000));
    expect(await people.get(payment.id)).toMatchObject({ state: PaymentState.FAILED, failureReason: 'It was not paid in time.' });
  });
});

describe('an order that was paid twice', () => {
  it('keeps one payment; the other goes back by itself', async () => {
    await knobs({ capture_twice: 1 });
    const payment = await people.paid();
    const second = await people.pay(payment);
    const refund = await eventually('the second capture', async () => (await people.get(payment.id)).refunds[0]);
    expect(refund).toMatchObject({ surplus: true, amount: inr(PRICE), reason: 'The order was paid twice.' });
    await shop.carryOutRefunds();
    expect(await people.refunded(payment.id, refund.id)).toMatchObject({
      state: PaymentState.SUCCEEDED,
      refunded: inr(0n),
      refunding: inr(0n),
    });
    expect(await shop.providers.chosen.refundsOf(second)).toMatchObject([{ word: 'processed' }]);
    expect(await shop.events(payment.orderId)).toEqual(['PaymentCreated', 'PaymentSucceeded']);
    const found = await shop.rows(sql<{ kind: string; open: boolean }>`
      select kind, settled_at is null as open from discrepancies where payment_id = ${payment.id}`);
    expect(found).toEqual([{ kind: 'CAPTURED_TWICE', open: false }]);
    expect(await people.books(payment.id)).toEqual({ 'provider:razorpay': 129_900, orders: -129_900, surplus: 0, refunds_payable: 0 });
  });
});

describe('an order that was paid twice, the second time without a notice', () => {
  it('is found by asking again about payments that have succeeded, and the second one goes back', async () => {
    await knobs({ capture_twice: 1 });
    const payment = await people.paid();
    await knobs({ capture_twice: 1, lose_webhooks: 1 });
    const second = await people.pay(payment);
    await shop.reconcile(new Date(Date.now() + 61_000)); // too early: most payments are well, and each question costs the provider one
    expect((await people.get(payment.id)).refunds).toEqual([]);
    await shop.reconcile(new Date(Date.now() + PAID_AFTER_MS + 1_000));
    expect((await people.get(payment.id)).refunds).toMatchObject([
      { surplus: true, amount: inr(PRICE), reason: 'The order was paid twice.' },
    ]);
    await shop.carryOutRefunds(new Date(Date.now() + 2 * PAID_AFTER_MS));
    expect(await shop.providers.chosen.refundsOf(second)).toHaveLength(1);
    expect(await people.get(payment.id)).toMatchObject({ state: PaymentState.SUCCEEDED, refunded: inr(0n) });
  });

  it('is found in the end, too, when that was after the first question', async () => {
    await knobs({ capture_twice: 1 });
    const payment = await people.paid();
    await shop.reconcile(new Date(Date.now() + PAID_AFTER_MS + 1_000));
    await knobs({ capture_twice: 1, lose_webhooks: 1 });
    await people.pay(payment);
    await shop.reconcile(new Date(Date.now() + 2 * PAID_AFTER_MS));
    expect((await people.get(payment.id)).refunds).toEqual([]);
    await shop.reconcile(new Date(Date.now() + 86_400_000 + 1_000));
    expect((await people.get(payment.id)).refunds).toMatchObject([{ surplus: true }]);
    await shop.carryOutRefunds(new Date(Date.now() + 2 * 86_400_000));
    const next = await shop.rows(sql<{ due: Date | null }>`select reconcile_at as due from payments where id = ${payment.id}`);
    expect(next).toEqual([{ due: null }]);
  });
});

describe('what a provider says that does not fit', () => {
  const boss = () => ({ role: 'ADMIN' as const, userId: people.adminId });
  const sorted = (ids: readonly string[]) => ids.toSorted((a, b) => a.localeCompare(b));

  it('is listed until an admin has settled it, which is on record once', async () => {
    const payments = await Promise.all([people.paid(), people.paid(), people.paid()]);
    const refunds = await Promise.all(payments.map(({ id }) => people.refund(id)));
    await shop.carryOutRefunds();
    for (const [index, refund] of refunds.entries()) {
      const { id } = await people.refunded(payments[index]?.id ?? '', refund.id);
      const [row] = await shop.rows(sql<{ id: string }>`select provider_payment_id as id from payments where id = ${id}`);
      await shop.notice('refund.failed', about(refund.id, row?.id ?? ''));
    }
    const ids = payments.map(({ id }) => id);
    const list = (request: { pageSize: number; pageToken?: string; settled?: boolean }) =>
      shop.as(boss(), (client) => client.listDiscrepancies({ pageToken: '', settled: false, ...request }));
    const open = async () => {
      const found: string[] = [];
      let pageToken = '';
      do {
        const { discrepancies, nextPageToken } = await list({ pageSize: 1, pageToken });
        found.push(...discrepancies.map(({ paymentId }) => paymentId));
        pageToken = nextPageToken;
      } while (pageToken !== '');
      return sorted(found.filter((id) => ids.includes(id)));
    };
    expect(await open()).toEqual(sorted(ids));

    const one = (await list({ pageSize: 100 })).discrepancies.find(({ paymentId }) => paymentId === ids[0]);
    expect(one).toMatchObject({ kind: DiscrepancyKind.REFUND_DIFFERS, orderId: payments[0]?.orderId, note: '' });
    expect(one?.settledAt).toBeUndefined();
    const { paymentId = '', providerPaymentId = '', kind = 0 } = one ?? {};
    const settle = (note: string) => shop.as(boss(), (client) => client.settleDiscrepancy({ paymentId, providerPaymentId, kind, note }));
    expect(await settle('The bank says it went out.')).toMatchObject({ settledBy: people.adminId, note: 'The bank says it went out.' });
    expect(await settle('Again.')).toMatchObject({ note: 'The bank says it went out.' });
    expect(await open()).toEqual(sorted(ids.slice(1)));
    const all = await list({ pageSize: 100, settled: true });
    expect(all.discrepancies.map((found) => found.paymentId)).toContain(paymentId);
  });

  it('can not be settled when there is none of it, nor listed from a made-up page', async () => {
    const key = { paymentId: newId(), providerPaymentId: 'pay_none', kind: DiscrepancyKind.REFUND_DIFFERS, note: 'x' };
    expect(await reasonOf(shop.as(boss(), (client) => client.settleDiscrepancy(key)))).toBe('DISCREPANCY_NOT_FOUND');
    expect(
      await reasonOf(shop.as(boss(), (client) => client.listDiscrepancies({ pageSize: 0, pageToken: 'nonsense', settled: false }))),
    ).toBe('INVALID_PAGE_TOKEN');
  });
});

describe('the books', () => {
  const booking = (rows: readonly [string, number][]) =>
    rows.map(([account, minor]) => sql`('by hand', ${account}, ${newId()}, 'INR', ${minor}, now())`);
  it.each<[string, () => ReturnType<typeof sql>]>([
    ['a booking that does not balance', () => sql`insert into ledger_entries values ${sql.join(booking([['orders', 100], ['surplus', -99]]))}`],
    ['half of a booking', () => sql`insert into ledger_entries values ${sql.join(booking([['orders', 100]]))}`],
    ['a changed line', () => sql`update ledger_entries set amount_minor = amount_minor + 1`],
    ['a line that is gone', () => sql`delete from ledger_entries`],
    ['empty pages', () => sql`truncate ledger_entries`],
  ])('refuse %s', async (_what, statement) => {
    await people.paid();
    await expect(shop.rows(statement())).rejects.toThrow(/booking does not balance|ledger is never changed/);
  }); // prettier-ignore

  it('take no more back than was captured, whoever writes it', async () => {
    const { id } = await people.paid();
    await expect(shop.rows(sql`update payments set refunding_minor = amount_minor + 1 where id = ${id}`)).rejects.toThrow('payments_no_more_back_than_captured'); // prettier-ignore
  });

  it('agree with the payments, all of them together', async () => {
    const [sums] = await shop.rows(sql<{ all: string; orders: string; owed: string }>`
      select sum(amount_minor) as all, -sum(amount_minor) filter (where account = 'orders') as orders,
        -sum(amount_minor) filter (where account = 'refunds_payable') as owed from ledger_entries`);
    const [payments] = await shop.rows(sql<{ kept: string; refunding: string }>`
      select sum(amount_minor - refunded_minor - refunding_minor) as kept, sum(refunding_minor) as refunding
      from payments where provider_payment_id is not null`);
    expect(sums).toMatchObject({ all: '0', orders: payments?.kept, owed: payments?.refunding });
  });
});

describe('a webhook', () => {
  const sent = (body: Buffer) =>
    shop.webhook(body, {
      'x-razorpay-signature': createHmac('sha256', ACCOUNT.webhookSecret).update(body).digest('hex'),
      'x-razorpay-event-id': newId(),
    });

  it('that tells of something long ago is refused, and one that was on its way for days is not', async () => {
    const payment = await people.open();
    const entity = {
      id: 'pay_old',
      order_id: payment.providerOrderId,
      amount: 129_900,
      currency: 'INR',
      status: 'captured',
      method: 'upi',
    };
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    expect(await shop.notice('payment.captured', entity, { at: daysAgo(5.01) })).toBe('WEBHOOK_TOO_OLD');
    expect((await people.get(payment.id)).state).toBe(PaymentState.CREATED);
    expect(await shop.notice('payment.captured', entity, { at: daysAgo(4.9) })).toBe('OK');
    expect((await people.get(payment.id)).state).toBe(PaymentState.SUCCEEDED);
  });

  it('that is huge is refused, whoever signed it', async () => {
    expect(await sent(Buffer.alloc(300 * 1024, 32))).toBe('INVALID_WEBHOOK');
  });
});
