import { describe, expect, it } from '@jest/globals';
import { delivery } from './delivery.ts';
import type { Patience } from './findings.ts';
import type { AuditedOrder, AuditedPayment, AuditedReservation, OrderStory } from './order-stories.ts';
import { paidOnce } from './paid-once.ts';
import { reservationsEnd } from './reservations-end.ts';
import type { StoryCheck } from './story-check.ts';
import type { Stores } from './stores.ts';

const now = new Date('2026-01-01T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const patience: Patience = { stepMs: 60_000, now };
const LONG_AGO = ago(3_600_000);
const JUST_NOW = ago(1_000);

const order = (change: Partial<AuditedOrder> = {}): AuditedOrder => ({
  id: 'o',
  state: 'CONFIRMED',
  currency: 'INR',
  totalMinor: 200n,
  paymentId: 'p',
  createdAt: LONG_AGO,
  updatedAt: LONG_AGO,
  lines: [{ productId: 'a', quantity: 2, unitPriceMinor: 100n }],
  history: [
    { from: null, to: 'PENDING_PAYMENT' },
    { from: 'PENDING_PAYMENT', to: 'CONFIRMED' },
  ],
  ...change,
});
/** A payment whose books are right, unless they are given. */
const payment = (change: Partial<AuditedPayment> = {}): AuditedPayment => {
  const money = { amountMinor: 200n, refundedMinor: 0n, refundingMinor: 0n, ...change };
  return {
    id: 'p',
    orderId: 'o',
    state: 'SUCCEEDED',
    currency: 'INR',
    bookedMinor: money.amountMinor - money.refundedMinor - money.refundingMinor,
    capturedAt: LONG_AGO,
    refundedAt: null,
    updatedAt: LONG_AGO,
    ...money,
  };
};
const reservation = (change: Partial<AuditedReservation> = {}): AuditedReservation => ({
  orderId: 'o',
  state: 'COMMITTED',
  expiresAt: LONG_AGO,
  changedAt: LONG_AGO,
  items: [{ productId: 'a', quantity: 2 }],
  ...change,
});
const story = (change: Partial<OrderStory> = {}): OrderStory => ({ orderId: 'o', order: order(), payments: [payment()], reservation: reservation(), ...change }); // prettier-ignore

function look(check: StoryCheck, one: OrderStory): 'sound' | 'in flight' | 'broken' {
  check.look(one);
  const { holds, in_flight: inFlight } = check.verdict();
  return holds ? (inFlight > 0 ? 'in flight' : 'sound') : 'broken';
}
const cancelled = order({ state: 'CANCELLED' });
const waiting = order({ state: 'PENDING_PAYMENT', paymentId: null });
const refunded = payment({ state: 'REFUNDED', refundedMinor: 200n });

describe('money', () => {
  it.each<[string, Partial<OrderStory>, string]>([
    ['a sold order that is paid', {}, 'sound'],
    ['a sold order whose payment is unknown', { payments: [] }, 'broken'],
    ['a sold order whose payment was not seen a moment ago', { order: order({ updatedAt: JUST_NOW }), payments: [payment({ state: 'CREATED' })] }, 'in flight'],
    ['another amount', { payments: [payment({ amountMinor: 199n })] }, 'broken'],
    ['a second payment', { payments: [payment(), payment({ id: 'q' })] }, 'broken'],
    ['a second payment, captured just now', { payments: [payment(), payment({ id: 'q', updatedAt: JUST_NOW })] }, 'in flight'],
    ['a second payment that went back', { payments: [payment(), { ...refunded, id: 'q' }] }, 'sound'],
    ['a second payment on its way back', { payments: [payment(), payment({ id: 'q', refundingMinor: 200n })] }, 'sound'],
    ['a second payment that failed', { payments: [payment(), payment({ id: 'q', state: 'FAILED' })] }, 'sound'],
    ['a sold order whose customer got money back', { payments: [refunded] }, 'sound'],
    ['a cancelled order that was never paid', { order: cancelled, payments: [payment({ state: 'FAILED' })] }, 'sound'],
    ['a cancelled order whose money is kept', { order: cancelled }, 'broken'],
    ['a cancelled order whose money is partly kept', { order: cancelled, payments: [payment({ state: 'PARTIALLY_REFUNDED', refundedMinor: 150n })] }, 'broken'],
    ['an order cancelled just now', { order: { ...cancelled, updatedAt: JUST_NOW } }, 'in flight'],
    ['a refunded order', { order: order({ state: 'REFUNDED' }), payments: [refunded] }, 'sound'],
    ['an order that says it is refunded', { order: order({ state: 'REFUNDED' }), payments: [payment({ refundingMinor: 200n })] }, 'broken'],
    ['an order that waits although it is paid', { order: waiting }, 'broken'],
    ['a payment with its money in the books', { payments: [payment({ bookedMinor: 200n })] }, 'sound'],
    ['a payment that the books have otherwise', { payments: [payment({ bookedMinor: 199n })] }, 'broken'],
    ['money for no order', { order: undefined }, 'broken'],
  ])('%s', (_what, change, expected) => {
    expect(look(paidOnce(patience), story(change))).toBe(expected);
  }); // prettier-ignore
});

describe('reservations', () => {
  const active = reservation({ state: 'ACTIVE', expiresAt: new Date(now.getTime() + 60_000) });
  it.each<[string, Partial<OrderStory>, string]>([
    ['a sold order with its goods gone', {}, 'sound'],
    ['a sold order whose goods are still reserved', { reservation: active }, 'broken'],
    ['an order sold just now', { order: order({ updatedAt: JUST_NOW }), reservation: active }, 'in flight'],
    ['a sold order whose goods went back on the shelf', { reservation: reservation({ state: 'RELEASED' }) }, 'broken'],
    ['an order that waits', { order: waiting, reservation: active }, 'sound'],
    ['an order that waits, and nobody looks at its reservation', { order: waiting, reservation: { ...active, expiresAt: LONG_AGO } }, 'broken'],
    ['an unpaid order that was cancelled', { order: order({ state: 'CANCELLED', paymentId: null }), reservation: reservation({ state: 'RELEASED' }) }, 'sound'],
    ['an unpaid order that was cancelled and keeps its goods', { order: order({ state: 'CANCELLED', paymentId: null }), reservation: active }, 'broken'],
    ['goods gone for an unpaid order that was cancelled', { order: order({ state: 'CANCELLED', paymentId: null }) }, 'broken'],
    ['a paid order that was cancelled, its goods back', { order: cancelled, reservation: reservation({ state: 'RELEASED' }) }, 'sound'],
    ['a paid order that was cancelled, and its goods are not back', { order: cancelled }, 'broken'],
    ['an order without a reservation', { reservation: undefined }, 'broken'],
    ['other goods than were ordered', { reservation: reservation({ items: [{ productId: 'a', quantity: 1 }] }) }, 'broken'],
    ['a try to order that broke off', { order: undefined, payments: [], reservation: active }, 'in flight'],
    ['a try that broke off and was forgotten', { order: undefined, payments: [], reservation: { ...active, expiresAt: LONG_AGO } }, 'broken'],
    ['goods gone for no order', { order: undefined, payments: [] }, 'broken'],
  ])('%s', (_what, change, expected) => {
    expect(look(reservationsEnd(patience), story(change))).toBe(expected);
  }); // prettier-ignore
});

describe('history', () => {
  const placed = { from: null, to: 'PENDING_PAYMENT' };
  const confirmed = { from: 'PENDING_PAYMENT', to: 'CONFIRMED' };
  it.each<[string, AuditedOrder['history'], string]>([
    ['is whole, in whatever order it is read', [confirmed, placed], 'sound'],
    ['has notes', [placed, confirmed, { from: 'CONFIRMED', to: 'CONFIRMED' }, { from: 'CONFIRMED', to: 'CONFIRMED' }], 'sound'],
    ['has no beginning', [confirmed], 'broken'],
    ['is not there', [], 'broken'],
    ['ends too early', [placed], 'broken'],
    ['goes on behind the state', [placed, confirmed, { from: 'CONFIRMED', to: 'SHIPPED' }], 'broken'],
    ['has a move twice', [placed, confirmed, confirmed], 'broken'],
    ['forks', [placed, confirmed, { from: 'PENDING_PAYMENT', to: 'CANCELLED' }], 'broken'],
    ['has a gap', [placed, { from: 'CANCELLED', to: 'CONFIRMED' }], 'broken'],
  ])('that %s', (_what, history, expected) => {
    expect(look(delivery({} as Stores, patience), story({ order: order({ history }) }))).toBe(expected);
  });
});
