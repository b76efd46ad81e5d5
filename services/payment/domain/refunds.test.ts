import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entriesOf, type LedgerEntry } from './ledger.ts';
import { Payment } from './payment.ts';
import type { ProviderRefund } from './provider.ts';
import { leftOf } from './refundable.ts';
import { readRefundKey, refundKey, type Refund } from './refund.ts';
import { refundMoves, refundStates, type RefundWord } from './refund-state.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const CAPTURED = 100_000n;
const inr = (minor: bigint) => ({ currency: 'INR', minor });
const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

function captured(): Payment {
  const payment = Payment.open(
    { id: 'pay', orderId: 'o', customerId: 'c', amount: inr(CAPTURED), provider: 'razorpay', providerOrderId: 'order_1', providerKeyId: 'key', checkoutUrl: '' },
    AT,
  ); // prettier-ignore
  payment.judge({ verdict: 'captured', providerOrderId: 'order_1', providerPaymentId: 'pay_1', amount: inr(CAPTURED), method: 'upi', reason: '' }, AT); // prettier-ignore
  return payment;
}
const begin = (payment: Payment, minor?: bigint, number = 1) =>
  payment.refund({ id: id(number), amount: minor === undefined ? undefined : inr(minor), reason: 'It broke.', requestedBy: undefined }, AT);
const says = (refund: Refund, word: RefundWord, change: Partial<ProviderRefund> = {}): ProviderRefund => ({
  word,
  key: refundKey(refund),
  providerRefundId: `rfnd_${refund.id}`,
  providerPaymentId: refund.providerPaymentId,
  amount: refund.amount,
  reason: word === 'failed' ? 'The bank refused.' : '',
  ...change,
});
const refused = (reason: string) => expect.objectContaining({ reason });

describe('a refund', () => {
  it('takes all that is left, or a part, and is counted when the provider has processed it', () => {
    const payment = captured();
    payment.takeEvents();
    const part = begin(payment, 30_000n);
    expect(part).toMatchObject({ state: 'REQUESTED', attempt: 1, providerPaymentId: 'pay_1', amount: inr(30_000n) });
    expect(payment.snapshot).toMatchObject({ state: 'SUCCEEDED', refundedMinor: 0n, refundingMinor: 30_000n });
    expect(payment.judgeRefund(part, says(part, 'processed'), AT).refund).toMatchObject({ state: 'PROCESSED', processedAt: AT });
    expect(payment.snapshot).toMatchObject({ state: 'PARTIALLY_REFUNDED', refundedMinor: 30_000n, refundingMinor: 0n });
    const rest = begin(payment, undefined, 2);
    expect(rest.amount).toEqual(inr(70_000n));
    payment.judgeRefund(rest, says(rest, 'processed'), AT);
    expect(payment.snapshot).toMatchObject({ state: 'REFUNDED', refundedMinor: CAPTURED, refundingMinor: 0n });
    expect(payment.takeEvents()).toMatchObject([
      { kind: 'PaymentRefunded', refundId: id(1), refunded: inr(30_000n), refundedTotal: inr(30_000n), amount: inr(CAPTURED) },
      { kind: 'PaymentRefunded', refundId: id(2), refunded: inr(70_000n), refundedTotal: inr(CAPTURED), amount: inr(CAPTURED) },
    ]);
  });

  it.each<[string, (payment: Payment) => unknown, string]>([
    ['more than was captured', (payment) => begin(payment, CAPTURED + 1n), 'REFUND_EXCEEDS_CAPTURE'],
    ['more than is left while another is under way', (payment) => [begin(payment, 60_000n), begin(payment, 40_001n, 2)], 'REFUND_EXCEEDS_CAPTURE'],
    ['the rest when there is none', (payment) => [begin(payment), begin(payment, undefined, 2)], 'REFUND_EXCEEDS_CAPTURE'],
    ['nothing', (payment) => begin(payment, 0n), 'INVALID_REQUEST'],
    ['less than nothing', (payment) => begin(payment, -1n), 'INVALID_REQUEST'],
    ['another currency', (payment) => payment.refund({ id: id(1), amount: { currency: 'USD', minor: 1n }, reason: 'x', requestedBy: undefined }, AT), 'INVALID_REQUEST'],
  ])('of %s is refused', (_what, ask, reason) => {
    expect(() => ask(captured())).toThrow(refused(reason));
  }); // prettier-ignore

  it('of money that was never captured is refused', () => {
    const payment = Payment.restore({ ...captured().snapshot, state: 'FAILED', providerPaymentId: undefined });
    expect(() => begin(payment)).toThrow(refused('PAYMENT_NOT_REFUNDABLE'));
  });

  it('that the provider refused gives its money free, and can be begun anew under another name while that is still there', () => {
    const payment = captured();
    const refund = begin(payment);
    const { refund: failed } = payment.judgeRefund(refund, says(refund, 'failed'), AT);
    expect(failed).toMatchObject({ state: 'FAILED', failureReason: 'The bank refused.' });
    expect(leftOf(payment.snapshot)).toBe(CAPTURED);
    const again = payment.retry(failed, AT);
    expect(again).toMatchObject({ state: 'REQUESTED', attempt: 2, failureReason: '' });
    expect(refundKey(again)).not.toBe(refundKey(failed));
    expect(() => payment.retry(again, AT)).toThrow(refused('REFUND_STATE'));
    expect(() => captured().retry({ ...failed, amount: inr(CAPTURED + 1n) }, AT)).toThrow(refused('REFUND_EXCEEDS_CAPTURE'));
  });

  it.each<[string, RefundWord, Partial<ProviderRefund>]>([
    ['another amount', 'processed', { amount: inr(1n) }],
    ['another payment', 'processed', { providerPaymentId: 'pay_other' }],
    ['the opposite of before', 'failed', {}],
    ['the end of an earlier attempt', 'processed', { key: `${id(1)}-9` }],
  ])('is not moved by a word of %s', (_what, word, change) => {
    const payment = captured();
    const { refund } = payment.judgeRefund(begin(payment), says(begin(captured()), 'processed'), AT);
    const before = payment.snapshot;
    const judged = payment.judgeRefund(refund, says(refund, word, change), AT);
    expect(judged).toEqual({ refund, outcome: { kind: 'discrepancy', discrepancy: 'REFUND_DIFFERS' } });
    expect(payment.snapshot).toBe(before);
  });

  it('has a name at the provider that tells the refund and the attempt, and nothing else is taken for one', () => {
    expect(readRefundKey(refundKey({ id: id(7), attempt: 3 }))).toEqual({ id: id(7), attempt: 3 });
    expect(refundKey({ id: id(7), attempt: 999 }).length).toBeLessThanOrEqual(40);
    for (const text of ['', 'Receipt 31', id(7), `${id(7)}-0`, `${id(7)}-1000`, `x${id(7)}-1`]) expect(readRefundKey(text)).toBeUndefined();
  });

  it('moves by a table in which an end is the end', () => {
    expect(Object.keys(refundMoves)).toEqual([...refundStates]);
    for (const end of ['PROCESSED', 'FAILED'] as const)
      for (const next of Object.values(refundMoves[end])) expect([end, 'contradiction']).toContain(next);
  });
});

describe('a second capture', () => {
  it('goes back without touching what the payment captured, and tells nobody of money that nobody was told of', () => {
    const payment = captured();
    payment.takeEvents();
    const said = { verdict: 'captured', providerOrderId: 'order_1', providerPaymentId: 'pay_2', amount: inr(CAPTURED), method: 'upi', reason: '' } as const; // prettier-ignore
    const refund = payment.refundSurplus({ id: id(1), reason: 'twice', requestedBy: undefined }, said, AT);
    expect(refund).toMatchObject({ surplus: true, providerPaymentId: 'pay_2', amount: inr(CAPTURED) });
    const { refund: done } = payment.judgeRefund(refund, says(refund, 'processed'), AT);
    expect(done.state).toBe('PROCESSED');
    expect(payment.snapshot).toMatchObject({ state: 'SUCCEEDED', refundedMinor: 0n, refundingMinor: 0n });
    expect(payment.takeEvents()).toEqual([]);
    expect(balances(payment)).toEqual(new Map([['provider:razorpay', CAPTURED], ['orders', -CAPTURED], ['surplus', 0n], ['refunds_payable', 0n]])); // prettier-ignore
  });
});

/** What the bookings of a payment come to, by account. */
function balances(payment: Payment, kept: LedgerEntry[] = []): Map<string, bigint> {
  kept.push(...payment.takeBookings().flatMap(entriesOf));
  const byAccount = new Map<string, bigint>();
  for (const { account, minor } of kept) byAccount.set(account, (byAccount.get(account) ?? 0n) + minor);
  return byAccount;
}

describe('refunds in any number and order', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), minor: fc.option(fc.bigInt(1n, CAPTURED + 10n), { nil: undefined }) }),
    fc.record({ do: fc.constant('hear' as const), which: fc.nat(9), word: fc.constantFrom<RefundWord>('pending', 'processed', 'failed') }),
    fc.record({ do: fc.constant('retry' as const), which: fc.nat(9) }),
    fc.record({ do: fc.constant('second' as const), which: fc.nat(2) }),
  );

  it('never give back more than was captured, and the books balance and agree with the payment at every moment', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const payment = captured();
        const refunds: Refund[] = [];
        const books: LedgerEntry[] = [];
        const seconds = new Set<string>();
        let told = 0n;
        let surplus = 0n;
        for (const [number, one] of steps.entries()) {
          try {
            if (one.do === 'ask') refunds.push(begin(payment, one.minor, number));
            else if (one.do === 'second') {
              const providerPaymentId = `second_${one.which}`;
              if (seconds.has(providerPaymentId)) continue;
              seconds.add(providerPaymentId);
              const said = { verdict: 'captured', providerOrderId: 'order_1', providerPaymentId, amount: inr(CAPTURED), method: 'upi', reason: '' } as const; // prettier-ignore
              refunds.push(payment.refundSurplus({ id: id(number), reason: 'twice', requestedBy: undefined }, said, AT));
              surplus += CAPTURED;
            } else if (refunds.length > 0) {
              const at = one.which % refunds.length;
              const refund = refunds[at] as Refund;
              const next = one.do === 'retry' ? payment.retry(refund, AT) : payment.judgeRefund(refund, says(refund, one.word), AT).refund;
              if (refund.surplus && refund.state !== 'PROCESSED' && next.state === 'PROCESSED') surplus -= refund.amount.minor;
              refunds[at] = next;
            }
          } catch (error) {
            expect(['REFUND_EXCEEDS_CAPTURE', 'REFUND_STATE']).toContain((error as { reason: string }).reason);
          }
          for (const event of payment.takeEvents()) if (event.kind === 'PaymentRefunded') told += event.refunded.minor;
          const { refundedMinor, refundingMinor, state } = payment.snapshot;
          const own = refunds.filter((refund) => !refund.surplus);
          const sum = (states: readonly string[]) => own.reduce((total, { amount, state }) => total + (states.includes(state) ? amount.minor : 0n), 0n); // prettier-ignore
          expect([refundedMinor, refundingMinor]).toEqual([sum(['PROCESSED']), sum(['REQUESTED', 'PENDING'])]);
          expect(refundedMinor + refundingMinor <= CAPTURED).toBe(true);
          expect(told).toBe(refundedMinor);
          expect(state).toBe(refundedMinor === 0n ? 'SUCCEEDED' : refundedMinor === CAPTURED ? 'REFUNDED' : 'PARTIALLY_REFUNDED');
          const now = balances(payment, books);
          expect([...now.values()].reduce((total, minor) => total + minor, 0n)).toBe(0n);
          expect(now.get('provider:razorpay')).toBe(CAPTURED - refundedMinor + surplus);
          expect(-(now.get('refunds_payable') ?? 0n)).toBe(refunds.reduce((total, { state, amount }) => total + (state === 'REQUESTED' || state === 'PENDING' ? amount.minor : 0n), 0n)); // prettier-ignore
        }
        expect(new Set(books.map(({ bookingId, account }) => `${bookingId} ${account}`)).size).toBe(books.length);
      }),
      { numRuns: 120 },
    );
  });

  it('end in the same state in whichever order, and however often, the words of a provider come that has one end', () => {
    const words = fc.tuple(
      fc.constantFrom<RefundWord>('processed', 'failed'),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      fc.nat(5),
    );
    fc.assert(
      fc.property(words, ([end, others, place]) => {
        const said = others.map((same): RefundWord => (same ? end : 'pending'));
        said.splice(place % (said.length + 1), 0, end);
        const payment = captured();
        payment.takeEvents();
        let refund = begin(payment);
        for (const word of said) refund = payment.judgeRefund(refund, says(refund, word), AT).refund;
        expect(refund.state).toBe(end === 'processed' ? 'PROCESSED' : 'FAILED');
        expect(payment.takeEvents()).toHaveLength(end === 'processed' ? 1 : 0);
      }),
    );
  });
});
