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
const admin = { kind: 'ADMIN', id: 'a' } as const;
const inr = (minor: bigint) => ({ currency: 'INR', minor });
const total = inr(1075n);
const pay = (order: Order, paymentId = 'pay', amount = total) => order.acceptPayment({ paymentId, amount, method: 'upi' }, LATER);
const refund = (order: Order, minor: bigint, paymentId = 'pay') =>
  order.paymentRefunded({ paymentId, refundId: 'r', captured: total, refundedTotal: inr(minor) }, LATER);
function cancel(order: Order): void {
  order.cancel({ actor: customer, reason: 'r' }, LATER);
}
const ship = (order: Order): void => order.ship({ actor: admin, reason: 's', carrier: 'Post', trackingNumber: 'T1' }, LATER);
const kinds = (order: Order) => order.takeChanges().events.map(({ kind }) => kind);
const orderState = (state: string, move: string): unknown =>
  expect.objectContaining({ reason: 'ORDER_STATE', options: { metadata: { state, move } } });
/** A paid order whose changes so far have been kept. */
function paid(): Order {
  const order = place();
  pay(order);
  order.takeChanges();
  return order;
}

describe('an order that is placed', () => {
  it('waits for its payment, and says so once', () => {
    const order = place();
    expect(order.snapshot).toMatchObject({ state: 'PENDING_PAYMENT', total, cancelReason: '', createdAt: AT, payments: [] });
    expect(order.takeChanges()).toMatchObject({
      events: [{ kind: 'OrderPlaced', orderId: 'o', customerId: 'c', total, at: AT }],
      history: [{ from: undefined, to: 'PENDING_PAYMENT', actor: customer, at: AT }],
    });
    expect(order.takeChanges()).toEqual({ events: [], history: [], payments: [] });
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
    expect(pay(order)).toEqual({ kind: 'confirmed' });
    expect(order.snapshot).toMatchObject({
      state: 'CONFIRMED',
      paymentId: 'pay',
      updatedAt: LATER,
      payments: [{ captured: true, method: 'upi' }],
    });
    expect(order.takeChanges()).toMatchObject({
      events: [{ kind: 'OrderConfirmed', paymentId: 'pay', at: LATER }],
      history: [{ from: 'PENDING_PAYMENT', to: 'CONFIRMED', actor: { kind: 'SYSTEM', id: 'payment' } }],
      payments: [{ id: 'pay' }],
    });
    expect(pay(order)).toEqual({ kind: 'repeated' });
    expect(order.takeChanges()).toEqual({ events: [], history: [], payments: [] });
  });

  it.each([
    ['a cancelled order', cancel, total, 'ORDER_CANCELLED', 'CANCELLED'],
    ['an order paid by another', (order: Order): void => void pay(order, 'first'), total, 'PAID_BEFORE', 'CONFIRMED'],
    ['an order of another amount', () => {}, inr(1n), 'AMOUNT_DIFFERS', 'PENDING_PAYMENT'],
    ['an order in another currency', () => {}, { currency: 'USD', minor: 1075n }, 'AMOUNT_DIFFERS', 'PENDING_PAYMENT'],
  ] as const)('of %s moves nothing, is written down and must go back', (_what, before, amount, reason, state) => {
    const order = place();
    before(order);
    order.takeChanges();
    expect(pay(order, 'pay', amount)).toEqual({ kind: 'unwanted', reason });
    expect(order.snapshot.state).toBe(state);
    const { events, history, payments } = order.takeChanges();
    expect(events).toEqual([]);
    expect(history).toEqual([expect.objectContaining({ from: state, to: state, reason: expect.stringContaining(reason) })]);
    expect(payments).toMatchObject([{ id: 'pay', captured: true }]);
    expect(pay(order, 'pay', amount)).toEqual({ kind: 'repeated' });
  });

  it('that had gone back before it was heard of confirms nothing', () => {
    const order = place();
    expect(refund(order, 1075n)).toBe(true);
    expect(pay(order)).toEqual({ kind: 'returned' });
    expect(order.snapshot.state).toBe('PENDING_PAYMENT');
  });

  it('that failed cancels the order that waited for it, and no other', () => {
    const order = place();
    order.takeChanges();
    const failed = { paymentId: 'pay', amount: total, reason: 'declined' };
    expect(order.paymentFailed(failed, LATER)).toBe(true);
    expect(order.snapshot).toMatchObject({
      state: 'CANCELLED',
      cancelReason: 'The payment failed: declined',
      payments: [{ failed: true }],
    });
    expect(order.takeChanges().events).toMatchObject([{ kind: 'OrderCancelled', paymentId: '' }]);
    expect(order.paymentFailed(failed, LATER)).toBe(false);
    expect(order.takeChanges()).toMatchObject({ events: [], history: [] });
  });
});

describe('an order that is paid', () => {
  it('is shipped and delivered, and can then not be cancelled', () => {
    const order = paid();
    ship(order);
    expect(order.snapshot).toMatchObject({ state: 'SHIPPED', shipment: { carrier: 'Post', trackingNumber: 'T1', shippedAt: LATER, deliveredAt: undefined } });
    expect(() => cancel(order)).toThrow(orderState('SHIPPED', 'cancelPaid'));
    order.deliver({ actor: admin, reason: 'd' }, LATER);
    expect(order.snapshot).toMatchObject({ state: 'DELIVERED', shipment: { carrier: 'Post', deliveredAt: LATER } });
    expect(() => cancel(order)).toThrow(orderState('DELIVERED', 'cancelPaid'));
    expect(order.takeChanges()).toMatchObject({
      events: [{ kind: 'OrderShipped', carrier: 'Post', trackingNumber: 'T1' }, { kind: 'OrderDelivered' }],
      history: [{ to: 'SHIPPED', actor: admin, reason: 's' }, { to: 'DELIVERED', actor: admin, reason: 'd' }],
    });
  }); // prettier-ignore

  it('is not shipped before it is paid', () => {
    expect(() => ship(place())).toThrow(orderState('PENDING_PAYMENT', 'ship'));
  });

  it('is cancelled with its money, and refunded when all of that is back', () => {
    const order = paid();
    cancel(order);
    expect(order.takeChanges().events).toMatchObject([{ kind: 'OrderCancelled', paymentId: 'pay', reason: 'r' }]);
    expect(refund(order, 1000n)).toBe(true);
    expect(order.snapshot.state).toBe('CANCELLED');
    expect(refund(order, 1000n)).toBe(false);
    expect(refund(order, 1075n)).toBe(true);
    expect(refund(order, 1075n)).toBe(false);
    expect(order.snapshot.state).toBe('REFUNDED');
    expect(kinds(order)).toEqual(['OrderRefunded']);
  });

  it('whose money went back while it lived stays what it is and shows it; cancelled then, it is refunded at once and nothing is asked back', () => {
    const order = paid();
    expect(refund(order, 1075n)).toBe(true);
    expect(order.snapshot.state).toBe('CONFIRMED');
    expect(order.takeChanges()).toMatchObject({ events: [], history: [{ from: 'CONFIRMED', to: 'CONFIRMED', reason: 'refund r of payment pay' }] });
    cancel(order);
    expect(order.snapshot.state).toBe('REFUNDED');
    expect(order.takeChanges().events).toMatchObject([{ kind: 'OrderCancelled', paymentId: '' }, { kind: 'OrderRefunded', paymentId: 'pay' }]);
  }); // prettier-ignore

  it('is not refunded by money of another payment', () => {
    const order = paid();
    pay(order, 'second');
    cancel(order);
    refund(order, 1075n, 'second');
    expect(order.snapshot.state).toBe('CANCELLED');
  });
});
