import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSignedBy } from './signature.ts';
import { readRazorpayWebhook } from './webhook.ts';

const SECRET = 'webhook-secret';
const sign = (body: string | Uint8Array, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');
const entity = {
  id: 'pay_1',
  entity: 'payment',
  order_id: 'order_1',
  amount: 129900,
  currency: 'INR',
  status: 'captured',
  method: 'card',
  card: { last4: '1111', name: 'A Person' },
  email: 'person@example.com',
};
const event = (kind: string, payment: object = entity) =>
  JSON.stringify({ entity: 'event', event: kind, created_at: 1_767_323_045, payload: { payment: { entity: payment } } });
const read = (body: string | Uint8Array, headers: Record<string, string | undefined> = {}) => {
  const all: Record<string, string | undefined> = { 'x-razorpay-signature': sign(body), 'x-razorpay-event-id': 'event-1', ...headers };
  return readRazorpayWebhook(SECRET, { body: Buffer.from(body), header: (name) => all[name] });
};
const refused = (reason: string) => expect.objectContaining({ reason });

describe("a webhook's signature", () => {
  const body = event('payment.captured');
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of another secret', sign(body, 'other')],
    ['of another body', sign(`${body} `)],
    ['in upper case', sign(body).toUpperCase()],
    ['cut short', sign(body).slice(0, -2)],
    ['too long', `${sign(body)}00`],
    ['in base64', createHmac('sha256', SECRET).update(body).digest('base64')],
    ['a plain SHA-256', '0'.repeat(64)],
  ])('is refused when it is %s', (_what, signature) => {
    expect(() => read(body, { 'x-razorpay-signature': signature })).toThrow(refused('INVALID_SIGNATURE'));
  });

  it('is over the raw bytes: what is no UTF-8 is signed as it is', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    expect(isSignedBy(SECRET, bytes, sign(bytes))).toBe(true);
    expect(isSignedBy(SECRET, Buffer.from(bytes.toString('utf8')), sign(bytes))).toBe(false);
  });

  it('fits no body in which a single bit was turned', () => {
    fc.assert(
      fc.property(fc.nat(body.length * 8 - 1), (bit) => {
        const turned = Buffer.from(body);
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return !isSignedBy(SECRET, turned, sign(body));
      }),
    );
  });
});

describe('a signed webhook', () => {
  it('of a captured payment says so, and nothing of the card or the person', () => {
    expect(read(event('payment.captured'))).toEqual({
      eventId: 'event-1',
      kind: 'payment.captured',
      at: new Date('2026-01-02T03:04:05Z'),
      verdict: {
        verdict: 'captured',
        providerOrderId: 'order_1',
        providerPaymentId: 'pay_1',
        amount: { currency: 'INR', minor: 129900n },
        method: 'card',
        reason: '',
      },
    });
  });

  it('of a failed payment says why', () => {
    const failed = { ...entity, status: 'failed', error_description: 'The bank refused.' };
    expect(read(event('payment.failed', failed)).verdict).toMatchObject({ verdict: 'failed', reason: 'The bank refused.' });
  });

  it('of a paid order means the same as of its captured payment', () => {
    expect(read(event('order.paid')).verdict).toEqual(read(event('payment.captured')).verdict);
  });

  it.each([
    ['refund.created', 'pending', ''],
    ['refund.processed', 'processed', ''],
    ['refund.failed', 'failed', 'The provider could not carry it out.'],
  ])('of kind %s says what became of the refund, whatever its entity was late to show', (kind, word, reason) => {
    const refund = { id: 'rfnd_1', payment_id: 'pay_1', amount: 500, currency: 'INR', receipt: 'a-key', status: 'pending', notes: [] };
    const body = JSON.stringify({ event: kind, created_at: 1, payload: { refund: { entity: refund } } });
    expect(read(body).refund).toEqual({
      word,
      key: 'a-key',
      providerRefundId: 'rfnd_1',
      providerPaymentId: 'pay_1',
      amount: { currency: 'INR', minor: 500n },
      reason,
    });
    expect(() => read(body.replace('"amount":500', '"amount":5.5'))).toThrow(refused('INVALID_WEBHOOK'));
  });

  it.each(['payment.authorized', 'refund.speed_changed', 'something.new'])('of kind %s is read and means nothing here', (kind) => {
    expect(read(event(kind, { odd: true }))).toEqual({ eventId: 'event-1', kind, at: expect.any(Date) });
  });

  it.each([
    ['is no JSON', '{'],
    ['is no object', '[]'],
    ['names no event', '{"payload":{}}'],
    ['lacks the payment', JSON.stringify({ event: 'payment.captured', created_at: 1, payload: {} })],
    ['does not say when it happened', JSON.stringify({ event: 'payment.captured', payload: { payment: { entity } } })],
    ['has an amount with a fraction', event('payment.captured', { ...entity, amount: 1299.5 })],
    ['has no currency', event('payment.captured', { ...entity, currency: undefined })],
  ])('is refused when it %s', (_what, body) => {
    expect(() => read(body)).toThrow(refused('INVALID_WEBHOOK'));
  });

  it.each([undefined, '', 'x'.repeat(101), 'with space'])('is refused with the event id %p', (id) => {
    expect(() => read(event('payment.captured'), { 'x-razorpay-event-id': id })).toThrow(refused('INVALID_WEBHOOK'));
  });
});
