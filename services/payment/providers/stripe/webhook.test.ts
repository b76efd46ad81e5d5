import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { refundKey } from '../../domain/refund.ts';
import { readStripeWebhook } from './webhook.ts';
import { refundWordOf, stripeRefund, stripeSession, verdictOf } from './wire.ts';

const SECRET = 'whsec_test';
const now = () => Math.floor(Date.now() / 1000);
const key = refundKey({ id: '00000000-0000-7000-8000-000000000001', attempt: 1 });
const session = {
  id: 'cs_test_1',
  object: 'checkout.session',
  status: 'complete',
  payment_status: 'paid',
  amount_total: 129_900,
  currency: 'inr',
  payment_intent: 'pi_1',
  payment_method_types: ['card'],
  customer_details: { email: 'person@example.com', name: 'A Person' },
};
const refund = {
  id: 're_1',
  object: 'refund',
  amount: 129_900,
  currency: 'inr',
  payment_intent: 'pi_1',
  metadata: { refund_key: key },
  status: 'succeeded',
};
const eventOf = (type: string, object: object, created = now()) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, created, data: { object } });
function read(body: string, { secret = SECRET, signed = body, timestamp = now() } = {}) {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: signed, secret, timestamp });
  const header = (name: string) => (name === 'stripe-signature' ? signature : undefined);
  return readStripeWebhook({ secret: SECRET, toleranceS: 300 }, { body: Buffer.from(body), header });
}
const refused = (reason: string) => expect.objectContaining({ reason });

describe("Stripe's signature", () => {
  const body = eventOf('checkout.session.completed', session);
  it.each<[string, () => unknown]>([
    ['of another secret', () => read(body, { secret: 'whsec_other' })],
    ['of another body', () => read(body, { signed: `${body} ` })],
    ['that is too old', () => read(body, { timestamp: now() - 400 })],
    ['that is missing', () => readStripeWebhook({ secret: SECRET, toleranceS: 300 }, { body: Buffer.from(body), header: () => undefined })],
    [
      'that is no signature',
      () => readStripeWebhook({ secret: SECRET, toleranceS: 300 }, { body: Buffer.from(body), header: () => 't=1' }),
    ],
  ])('%s is refused', (_what, ask) => {
    expect(ask).toThrow(refused('INVALID_SIGNATURE'));
  });

  it('that is refused leaves neither body nor header in the error', () => {
    const error = (() => {
      try {
        return read(body, { secret: 'whsec_other' });
      } catch (refusal) {
        return refusal as Error;
      }
    })() as Error;
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/person@|v1=/);
  });
});

describe('a webhook of Stripe', () => {
  it('of a paid session says so, and nothing of the person', () => {
    const at = now();
    expect(read(eventOf('checkout.session.completed', session, at))).toEqual({
      eventId: 'evt_1',
      kind: 'checkout.session.completed',
      at: new Date(at * 1000),
      verdict: {
        verdict: 'captured',
        providerOrderId: 'cs_test_1',
        providerPaymentId: 'pi_1',
        amount: { currency: 'INR', minor: 129_900n },
        method: 'card',
        reason: '',
      },
    });
  });

  it.each([
    ['checkout.session.completed', { payment_status: 'unpaid' }, undefined],
    ['checkout.session.async_payment_succeeded', {}, 'captured'],
    ['checkout.session.async_payment_failed', { payment_status: 'unpaid' }, 'failed'],
    ['checkout.session.expired', { status: 'expired', payment_status: 'unpaid', payment_intent: null }, 'failed'],
  ])('of kind %s with %j means %s', (kind, change, verdict) => {
    expect(read(eventOf(kind, { ...session, ...change })).verdict?.verdict).toBe(verdict);
  });

  it.each([
    ['refund.created', 'pending', 'pending'],
    ['refund.updated', 'succeeded', 'processed'],
    ['refund.updated', 'requires_action', 'pending'],
    ['refund.updated', 'canceled', 'failed'],
    ['refund.failed', 'failed', 'failed'],
  ])('of kind %s in state %s means %s', (kind, status, word) => {
    expect(read(eventOf(kind, { ...refund, status })).refund).toMatchObject({ word, key, providerPaymentId: 'pi_1' });
  });

  it.each(['charge.succeeded', 'something.new'])('of kind %s means nothing here', (kind) => {
    expect(read(eventOf(kind, { odd: true }))).toEqual({ eventId: 'evt_1', kind, at: expect.any(Date) });
  });

  it.each<[string, string]>([
    ['is no JSON', '{'],
    ['has no object', JSON.stringify({ id: 'evt_1', type: 'x', created: 1, data: {}, object: 'event' }).replace('"data":{}', '"data":1')],
    ['lacks the session', eventOf('checkout.session.completed', { id: 'cs_1' })],
    ['lacks the refund', eventOf('refund.updated', { id: 're_1' })],
  ])('is refused when it %s', (_what, body) => {
    expect(() => read(body)).toThrow(refused('INVALID_WEBHOOK'));
  });
});

describe("Stripe's things", () => {
  it('may be named by their ids or shown whole', () => {
    const whole = stripeSession.parse({ ...session, payment_intent: { id: 'pi_9', object: 'payment_intent' } });
    expect(verdictOf(whole)).toMatchObject({ providerPaymentId: 'pi_9' });
    expect(refundWordOf(stripeRefund.parse({ ...refund, metadata: null }))).toMatchObject({ key: undefined, word: 'processed' });
  });
});
