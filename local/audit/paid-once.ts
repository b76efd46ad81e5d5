import type { Debt } from './debts.ts';
import { Findings, type Patience, type Verdict } from './findings.ts';
import type { AuditedOrder, AuditedPayment, OrderStory } from './order-stories.ts';
import type { StoryCheck } from './story-check.ts';

/** States in which the goods are the customer's, and the money the shop's. */
export const SOLD: ReadonlySet<string> = new Set(['CONFIRMED', 'SHIPPED', 'DELIVERED']);

/** Whether money was ever taken. */
export const isCaptured = ({ state }: AuditedPayment): boolean => state !== 'CREATED' && state !== 'FAILED';

/** What is kept of it when all that is on its way back has arrived. */
const kept = ({ amountMinor, refundedMinor, refundingMinor }: AuditedPayment): bigint => amountMinor - refundedMinor - refundingMinor;

/**
 * Invariant 3: an order that is sold has exactly one captured payment, of its total; no order is charged twice; money for an order that can't be fulfilled goes back.
 */
export function paidOnce(patience: Patience): StoryCheck & { readonly owes: (debt: Debt) => void } {
  const findings = new Findings(patience);
  let [sold, captured] = [0, 0];
  return {
    look({ orderId, order, payments }: OrderStory): void {
      const taken = payments.filter(isCaptured);
      captured += taken.length;
      if (order !== undefined && SOLD.has(order.state)) {
        sold += 1;
        judgePayment(order, taken, findings);
      }
      for (const payment of taken) judgeKept(orderId, order, payment, findings);
    },
    owes: ({ orderId, since, why }: Debt): void => findings.missing(orderId, since, why),
    verdict: (): Verdict =>
      findings.verdict(
        'paid-once',
        'A sold order has exactly one captured payment, of its total; nobody is charged twice; money for no order goes back',
        `${sold} sold orders, ${captured} captured payments`,
      ),
  };
}

function judgePayment(order: AuditedOrder, taken: readonly AuditedPayment[], findings: Findings): void {
  const own = taken.find(({ id }) => id === order.paymentId);
  if (own === undefined) findings.missing(order.id, order.updatedAt, `${order.state}, but its payment ${order.paymentId} was not captured`);
  else if (own.amountMinor !== order.totalMinor || own.currency !== order.currency)
    findings.wrong(order.id, `total ${order.totalMinor} ${order.currency}, but paid ${own.amountMinor} ${own.currency}`);
}

/** Captured money must have an order that it pays, or be on its way back. */
function judgeKept(orderId: string, order: AuditedOrder | undefined, payment: AuditedPayment, findings: Findings): void {
  const { id, updatedAt, amountMinor, refundedMinor } = payment;
  const since = order !== undefined && order.updatedAt > updatedAt ? order.updatedAt : updatedAt;
  if (order?.state === 'REFUNDED' && order.paymentId === id && refundedMinor !== amountMinor)
    findings.missing(orderId, since, `REFUNDED, but ${refundedMinor} of ${amountMinor} of payment ${id} has gone back`);
  if (payment.bookedMinor !== kept(payment))
    findings.wrong(orderId, `${kept(payment)} of payment ${id} is kept, but the books say ${payment.bookedMinor}`);
  if (kept(payment) === 0n) return;
  if (order === undefined) findings.missing(orderId, since, `payment ${id} was captured for an order that is not there`);
  else if (order.state === 'PENDING_PAYMENT') findings.missing(orderId, since, `waits for its payment, but ${id} was captured`);
  else if (order.state === 'CANCELLED')
    findings.missing(orderId, since, `CANCELLED, but ${kept(payment)} of payment ${id} is not on its way back`);
  else if (order.paymentId !== id)
    findings.missing(orderId, since, `charged twice: ${kept(payment)} of payment ${id} is kept beside payment ${order.paymentId}`);
}
