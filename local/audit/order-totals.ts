import { Findings, type Patience, type Verdict } from './findings.ts';
import type { OrderStory } from './order-stories.ts';
import type { StoryCheck } from './story-check.ts';

/** Invariant 2: an order's total is the sum of its lines. */
export function orderTotals(patience: Patience): StoryCheck {
  const findings = new Findings(patience);
  const totals = new Map<string, bigint>();
  let orders = 0;
  return {
    look({ order }: OrderStory): void {
      if (order === undefined) return;
      orders += 1;
      totals.set(order.currency, (totals.get(order.currency) ?? 0n) + order.totalMinor);
      const sum = order.lines.reduce((total, { quantity, unitPriceMinor }) => total + BigInt(quantity) * unitPriceMinor, 0n);
      if (order.lines.length === 0) findings.wrong(order.id, 'has no lines');
      else if (sum !== order.totalMinor) findings.wrong(order.id, `total ${order.totalMinor}, but its lines come to ${sum}`);
    },
    verdict: (): Verdict =>
      findings.verdict(
        'order-totals',
        "An order's total is the sum of its lines",
        [`${orders} orders`, ...[...totals].map(([currency, minor]) => `${minor} ${currency} (minor units)`)].join(', '),
      ),
  };
}
