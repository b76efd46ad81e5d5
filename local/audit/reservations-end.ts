import { Findings, type Patience, type Verdict } from './findings.ts';
import type { AuditedOrder, AuditedReservation, OrderStory } from './order-stories.ts';
import { SOLD } from './paid-once.ts';
import type { StoryCheck } from './story-check.ts';

/** Invariant 5: every reservation ends as its order does: committed when it is sold, released when it is not. */
export function reservationsEnd(patience: Patience): StoryCheck {
  const findings = new Findings(patience);
  const counts = { ACTIVE: 0, COMMITTED: 0, RELEASED: 0 };
  return {
    look({ orderId, order, reservation }: OrderStory): void {
      if (reservation !== undefined) counts[reservation.state as keyof typeof counts] += 1;
      if (order === undefined && reservation !== undefined) judgeOrphan(orderId, reservation, patience, findings);
      else if (order !== undefined && reservation === undefined)
        findings.wrong(orderId, `${order.state}, but no stock was ever set aside for it`);
      else if (order !== undefined && reservation !== undefined) judgePair(order, reservation, patience, findings);
    },
    verdict: (): Verdict =>
      findings.verdict(
        'reservations-end',
        'Every reservation ends, committed or released, as its order does',
        `${counts.ACTIVE} active, ${counts.COMMITTED} committed, ${counts.RELEASED} released`,
      ),
  };
}

/** A try to order that broke off leaves a reservation, which ends when its time is up. */
function judgeOrphan(orderId: string, { state, expiresAt, changedAt }: AuditedReservation, { now }: Patience, findings: Findings): void {
  if (state === 'ACTIVE' && expiresAt > now) findings.underWay();
  if (state === 'ACTIVE' && expiresAt <= now)
    findings.missing(orderId, expiresAt, 'reserved for an order that is not there, and its time is up');
  if (state === 'COMMITTED') findings.missing(orderId, changedAt, 'goods have left for an order that is not there');
}

function judgePair(order: AuditedOrder, reservation: AuditedReservation, { now }: Patience, findings: Findings): void {
  const { state, changedAt, expiresAt } = reservation;
  const since = order.updatedAt > changedAt ? order.updatedAt : changedAt;
  if (!sameGoods(order, reservation)) findings.wrong(order.id, 'what is reserved is not what was ordered');
  const wanted = SOLD.has(order.state) ? 'COMMITTED' : order.state === 'PENDING_PAYMENT' ? 'ACTIVE' : 'RELEASED';
  if (state === wanted) {
    // The product service looks at a reservation again and again from then on, and puts that time off each time.
    if (state === 'ACTIVE' && expiresAt < now) findings.missing(order.id, expiresAt, 'its reservation should have been looked at again');
    return;
  }
  findings.missing(order.id, since, `${order.state}, but its reservation is ${state}`);
}

function sameGoods({ lines }: AuditedOrder, { items }: AuditedReservation): boolean {
  const reserved = new Map(items.map(({ productId, quantity }) => [productId, quantity]));
  return reserved.size === lines.length && lines.every(({ productId, quantity }) => reserved.get(productId) === quantity);
}
