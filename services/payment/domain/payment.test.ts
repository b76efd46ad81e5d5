import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Payment } from './payment.ts';
import { paymentStates, verdicts } from './payment-state.ts';
import type { ProviderVerdict } from './provider.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const amount = { currency: 'INR', minor: 129900n };
const open = () =>
  Payment.open(
    {
      id: 'pay',
      orderId: 'o',
      customerId: 'c',
      amount,
      provider: 'razorpay',
      providerOrderId: 'order_1',
      providerKeyId: 'key',
      checkoutUrl: '',
    },
    AT,
  );
const said = (verdict: ProviderVerdict['verdict'], change: Partial<ProviderVerdict> = {}): ProviderVerdict => ({
  verdict,
  providerOrderId: 'order_1',
  providerPaymentId: 'pay_1',
  amount,
  method: 'upi',
  reason: verdict === 'failed' ? 'declined' : '',
  ...change,
});
const kinds = (payment: Payment) => payment.takeEvents().map(({ kind }) => kind);

describe('a payment', () => {
  it('is opened with an event', () => {
    const payment = open();
    expect(payment.snapshot).toMatchObject({ state: 'CREATED', method: '', createdAt: AT });
    expect(payment.takeEvents()).toEqual([
      { kind: 'PaymentCreated', paymentId: 'pay', orderId: 'o', customerId: 'c', amount, provider: 'razorpay', at: AT },
    ]);
  });

  it('succeeds when the provider has captured its amount', () => {
    const payment = open();
    payment.takeEvents();
    expect(payment.judge(said('captured'), AT)).toEqual({ kind: 'moved' });
    expect(payment.snapshot).toMatchObject({ state: 'SUCCEEDED', method: 'upi', providerPaymentId: 'pay_1' });
    expect(payment.takeEvents()).toMatchObject([{ kind: 'PaymentSucceeded', method: 'upi' }]);
  });

  it('fails with the reason, and still succeeds when a late authorisation comes', () => {
    const payment = open();
    payment.judge(said('failed'), AT);
    expect(payment.snapshot).toMatchObject({ state: 'FAILED', failureReason: 'declined' });
    payment.judge(said('captured', { providerPaymentId: 'pay_2' }), AT);
    expect(payment.snapshot).toMatchObject({ state: 'SUCCEEDED', failureReason: '', providerPaymentId: 'pay_2' });
    expect(kinds(payment)).toEqual(['PaymentCreated', 'PaymentFailed', 'PaymentSucceeded']);
  });

  it.each([
    ['another amount', said('captured', { amount: { currency: 'INR', minor: 1n } }), 'AMOUNT_DIFFERS'],
    ['another currency', said('captured', { amount: { currency: 'USD', minor: 129900n } }), 'AMOUNT_DIFFERS'],
  ])('is not moved by a notice of %s', (_what, notice, discrepancy) => {
    const payment = open();
    payment.takeEvents();
    expect(payment.judge(notice, AT)).toEqual({ kind: 'discrepancy', discrepancy });
    expect(payment.snapshot.state).toBe('CREATED');
    expect(kinds(payment)).toEqual([]);
  });

  it('knows a second capture from a repeated notice of the first', () => {
    const payment = open();
    payment.judge(said('captured'), AT);
    expect(payment.judge(said('captured'), AT)).toEqual({ kind: 'unchanged' });
    expect(payment.judge(said('captured', { providerPaymentId: 'pay_2' }), AT)).toEqual({
      kind: 'discrepancy',
      discrepancy: 'CAPTURED_TWICE',
    });
  });
});

describe('notices of a payment in any order, any number of times', () => {
  const attempt = fc.record({ verdict: fc.constantFrom('captured' as const, 'failed' as const), id: fc.constantFrom('pay_1', 'pay_2') });

  it('end in the state that the provider says, with one PaymentSucceeded at most and no PaymentFailed after it', () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 10 }), (attempts) => {
        const payment = open();
        payment.takeEvents();
        for (const { verdict, id } of attempts) payment.judge(said(verdict, { providerPaymentId: id }), AT);
        const captured = attempts.some(({ verdict }) => verdict === 'captured');
        expect(payment.snapshot.state).toBe(captured ? 'SUCCEEDED' : attempts.length > 0 ? 'FAILED' : 'CREATED');
        const events = kinds(payment);
        expect(events.filter((kind) => kind === 'PaymentSucceeded')).toHaveLength(captured ? 1 : 0);
        expect(events.filter((kind) => kind === 'PaymentFailed').length).toBeLessThanOrEqual(1);
        if (captured) expect(events.at(-1)).toBe('PaymentSucceeded');
      }),
    );
  });

  it('are read by a table in which captured money is never lost', () => {
    for (const state of paymentStates) {
      expect(verdicts[state].captured).not.toMatch(/^(CREATED|FAILED)$/);
      if (state !== 'CREATED') expect(verdicts[state].failed).toBe(state);
    }
  });
});
