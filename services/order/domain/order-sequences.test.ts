import { describe, expect, it } from '@jest/globals';
import { Failure } from '@shopverse/mesh/failure';
import fc from 'fast-check';
import { Order } from './order.ts';
import type { OrderEvent } from './order-event.ts';
import type { HistoryEntry } from './order-history.ts';
import { transitions } from './order-state.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const TOTAL = 1075n;
const shipTo = { recipient: 'A', street: 'B', city: 'C', state: '', postalCode: '1', countryCode: 'IN' };
const inr = (minor: bigint) => ({ currency: 'INR', minor });
const actor = { kind: 'ADMIN', id: 'a' } as const;

/** Something that is done to an order, or that it hears of. Refused moves are part of life. */
type Happening = (order: Order) => void;

const payment = fc.constantFrom('p1', 'p2');
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant<Happening>((order) => order.cancel({ actor, reason: 'r' }, AT)),
  fc.constant<Happening>((order) => order.ship({ actor, reason: 's', carrier: 'Post', trackingNumber: 'T' }, AT)),
  fc.constant<Happening>((order) => order.deliver({ actor, reason: 'd' }, AT)),
  payment.map<Happening>((paymentId) => (order) => void order.paymentFailed({ paymentId, amount: inr(TOTAL), reason: 'declined' }, AT)),
  fc.tuple(payment, fc.constantFrom(TOTAL, TOTAL, 1n)).map<Happening>(([paymentId, minor]) => (order) => {
    order.acceptPayment({ paymentId, amount: inr(minor), method: 'upi' }, AT);
  }),
  fc.tuple(payment, fc.constantFrom(1n, 500n, TOTAL)).map<Happening>(([paymentId, minor]) => (order) => {
    order.paymentRefunded({ paymentId, refundId: 'r', captured: inr(TOTAL), refundedTotal: inr(minor) }, AT);
  }),
);

/** Lives through everything; each change is kept and restored in between, as each comes in a transaction of its own. */
function live(happenings: readonly Happening[]) {
  let order = Order.place({
    id: 'o',
    customerId: 'c',
    lines: [{ productId: 'p', sku: 's', name: 'n', quantity: 1, unitPrice: inr(TOTAL) }],
    shipTo,
    at: AT,
  });
  const events: OrderEvent[] = [];
  const history: HistoryEntry[] = [];
  const keep = () => {
    const changes = order.takeChanges();
    events.push(...changes.events);
    history.push(...changes.history);
    order = Order.restore(order.snapshot);
  };
  keep();
  for (const happen of happenings) {
    const before = order.snapshot;
    try {
      happen(order);
    } catch (error) {
      if (!(error instanceof Failure && error.reason === 'ORDER_STATE')) throw error;
      expect(order.snapshot).toBe(before);
      expect(order.takeChanges()).toEqual({ events: [], history: [], payments: [] });
    }
    keep();
  }
  return { order: order.snapshot, events, history };
}

describe('whatever happens to an order, in any sequence', () => {
  it('each move stands in the table, follows the one before, and has its event', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 16 }), (happenings) => {
        const { order, events, history } = live(happenings);
        const moves = history.filter(({ from, to }) => from !== to);
        expect(events).toHaveLength(moves.length);
        moves.slice(1).forEach(({ from, to }, index) => {
          expect(from).toBe(moves[index]?.to);
          expect(Object.values(transitions[from ?? 'REFUNDED'])).toContain(to);
        });
        expect(moves.at(-1)?.to).toBe(order.state);
        expect(new Set(events.map(({ kind }) => kind)).size).toBe(events.length);
      }),
      { numRuns: 400 },
    );
  });

  it('an order that is paid for has one payment of its total; one that is refunded has all of it back; one that left keeps its shipment', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 16 }), (happenings) => {
        const { order, events } = live(happenings);
        const payer = order.payments.find(({ id }) => id === order.paymentId);
        const confirmed = events.some(({ kind }) => kind === 'OrderConfirmed');
        expect(payer !== undefined).toBe(confirmed);
        if (payer !== undefined) expect(payer).toMatchObject({ captured: true, amount: inr(TOTAL) });
        if (['CONFIRMED', 'SHIPPED', 'DELIVERED', 'REFUNDED'].includes(order.state)) expect(confirmed).toBe(true);
        if (order.state === 'REFUNDED') expect(payer?.refundedMinor).toBe(TOTAL);
        if (order.state === 'CANCELLED' && payer !== undefined) expect(payer.refundedMinor).toBeLessThan(TOTAL);
        expect(order.shipment !== undefined).toBe(['SHIPPED', 'DELIVERED'].includes(order.state));
      }),
      { numRuns: 400 },
    );
  });

  it('hearing everything twice changes nothing, and what is known of payments does not depend on the order in which it is heard', () => {
    const refunds = fc.array(fc.tuple(payment, fc.constantFrom(1n, 500n, TOTAL)), { maxLength: 6 });
    fc.assert(
      fc.property(refunds, fc.array(payment, { maxLength: 4 }), fc.infiniteStream(fc.nat()), (backs, captures, keys) => {
        const news: Happening[] = [
          ...backs.map<Happening>(([paymentId, minor]) => (order) => {
            order.paymentRefunded({ paymentId, refundId: 'r', captured: inr(TOTAL), refundedTotal: inr(minor) }, AT);
          }),
          ...captures.map<Happening>(
            (paymentId) => (order) => void order.acceptPayment({ paymentId, amount: inr(TOTAL), method: 'upi' }, AT),
          ),
        ];
        const shuffled = news.map((one) => [keys.next().value as number, one] as const).toSorted(([a], [b]) => a - b).map(([, one]) => one); // prettier-ignore
        const known = (happenings: readonly Happening[]) => live(happenings).order.payments.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(known(shuffled)).toEqual(known(news));
        const once = live(news);
        expect(live([...news, ...news])).toEqual({
          ...once,
          order: { ...once.order, payments: expect.arrayContaining([...once.order.payments]) },
        });
      }),
      { numRuns: 200 },
    );
  });
});
