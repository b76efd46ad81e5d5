import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Order } from './order.ts';
import type { OrderLine } from './order-line.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const LATER = new Date('2026-01-02T03:05:05Z');
const shipTo = { recipient: 'A', street: 'B', city: 'C', state: '', postalCode: '1', countryCode: 'IN' };
const line = (minor: bigint, quantity: number, currency = 'INR'): OrderLine => ({
  productId: 'p',
  sku: 's',
  name: 'n',
  quantity,
  unitPrice: { currency, minor },
});
const place = (lines: readonly OrderLine[] = [line(500n, 2), line(25n, 3)]) =>
  Order.place({ id: 'o', customerId: 'c', lines, shipTo, at: AT });
const customer = { kind: 'CUSTOMER', id: 'c' } as const;
const total = { currency: 'INR', minor: 1075n };
const kinds = (order: Order) => order.takeChanges().events.map(({ kind }) => kind);

describe('an order that is placed', () => {
  it('waits for its payment, and says so once', () => {
    const order = place();
    expect(order.snapshot).toMatchObject({ state: 'PENDING_PAYMENT', total, cancelReason: '', createdAt: AT });
    expect(order.takeChanges()).toMatchObject({
      events: [{ kind: 'OrderPlaced', orderId: 'o', customerId: 'c', total, at: AT }],
      history: [{ from: undefined, to: 'PENDING_PAYMENT', actor: customer, at: AT }],
    });
    expect(order.takeChanges()).toEqual({ events: [], history: [] });
  });

  it('costs the sum of its lines', () => {
    const amount = fc.record({ minor: fc.bigInt({ min: 0n, max: 10n ** 12n }), quantity: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 100 }), (lines) => {
        const expected = lines.reduce((sum, { minor, quantity }) => sum + minor * BigInt(quantity), 0n);
        expect(place(lines.map(({ minor, quantity }) => line(minor, quantity))).snapshot.total.minor).toBe(expected);
      }),
    );
  });

  it('is in one currency', () => {
    expect(() => place([line(1n, 1), line(1n, 1, 'USD')])).toThrow(expect.objectContaining({ reason: 'MIXED_CURRENCIES' }));
  });
});

describe('a payment', () => {
  it('confirms the order that waited for it', () => {
    const order = place();
    order.takeChanges();
    expect(order.acceptPayment({ paymentId: 'pay', amount: total }, LATER)).toEqual({ kind: 'confirmed' });
    expect(order.snapshot).toMatchObject({ state: 'CONFIRMED', paymentId: 'pay', updatedAt: LATER });
    expect(order.takeChanges()).toMatchObject({
      events: [{ kind: 'OrderConfirmed', paymentId: 'pay', at: LATER }],
      history: [{ from: 'PENDING_PAYMENT', to: 'CONFIRMED', actor: { kind: 'SYSTEM', id: 'payment' } }],
    });
  });

  it.each([
    ['a cancelled order', (order: Order): void => order.cancelUnpaid({ actor: customer, reason: 'r' }, AT), total, 'ORDER_CANCELLED', 'CANCELLED'],
    ['an order paid by another', (order: Order): void => void order.acceptPayment({ paymentId: 'first', amount: total }, AT), total, 'PAID_BEFORE', 'CONFIRMED'],
    ['an order of another amount', () => {}, { currency: 'INR', minor: 1n }, 'AMOUNT_DIFFERS', 'PENDING_PAYMENT'],
    ['an order in another currency', () => {}, { currency: 'USD', minor: 1075n }, 'AMOUNT_DIFFERS', 'PENDING_PAYMENT'],
  ] as const)('of %s moves nothing, is written down and must go back', (_what, before, amount, reason, state) => {
    const order = place();
    before(order);
    order.takeChanges();
    expect(order.acceptPayment({ paymentId: 'pay', amount }, LATER)).toEqual({ kind: 'unwanted', reason });
    expect(order.snapshot.state).toBe(state);
    expect(order.takeChanges()).toEqual({ events: [], history: [expect.objectContaining({ from: state, to: state, reason: expect.stringContaining(reason) })] });
  }); // prettier-ignore

  it('that failed cancels the order that waited for it, and no other', () => {
    const order = place();
    order.takeChanges();
    expect(order.paymentFailed({ reason: 'declined' }, LATER)).toBe(true);
    expect(order.snapshot).toMatchObject({ state: 'CANCELLED', cancelReason: 'The payment failed: declined' });
    expect(kinds(order)).toEqual(['OrderCancelled']);
    expect(order.paymentFailed({ reason: 'declined' }, LATER)).toBe(false);
    expect(order.takeChanges()).toEqual({ events: [], history: [] });
  });
});

describe('whatever happens to an order, in any sequence', () => {
  const happening = fc.oneof(
    fc.constantFrom('cancel', 'fail').map((what) => ({ what, paymentId: '', minor: 0n })),
    fc.record({ what: fc.constant('pay'), paymentId: fc.constantFrom('p1', 'p2'), minor: fc.constantFrom(1075n, 1n) }),
  );

  it('is confirmed or cancelled at most once, each move has its event, and money is either used or known to be owed', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 12 }), (happenings) => {
        const order = place();
        const used = new Set<string>();
        const owed = new Set<string>();
        for (const { what, paymentId, minor } of happenings) {
          if (what === 'cancel') {
            if (order.snapshot.state === 'PENDING_PAYMENT') order.cancelUnpaid({ actor: customer, reason: 'r' }, LATER);
            else
              expect(() => order.cancelUnpaid({ actor: customer, reason: 'r' }, LATER)).toThrow(
                expect.objectContaining({ reason: 'ORDER_STATE' }),
              );
          } else if (what === 'fail') order.paymentFailed({ reason: 'declined' }, LATER);
          else {
            const outcome = order.acceptPayment({ paymentId, amount: { currency: 'INR', minor } }, LATER);
            (outcome.kind === 'unwanted' ? owed : used).add(paymentId);
          }
        }
        const { events, history } = order.takeChanges();
        const moves = history.filter(({ from, to }) => from !== to);
        expect(events).toHaveLength(moves.length);
        expect(events.length).toBeLessThanOrEqual(2);
        expect(moves.at(-1)?.to).toBe(order.snapshot.state);
        expect(used.size).toBe(order.snapshot.state === 'CONFIRMED' ? 1 : 0);
        expect(history.filter(({ from, to }) => from === to).length).toBeGreaterThanOrEqual(owed.size);
      }),
    );
  });
});
