import { analyticsAgrees } from './analytics-agrees.ts';
import { deadLetters } from './dead-letters.ts';
import { debts } from './debts.ts';
import { delivery } from './delivery.ts';
import type { Patience, Verdict } from './findings.ts';
import { noOversell } from './no-oversell.ts';
import { orderStories } from './order-stories.ts';
import { orderTotals } from './order-totals.ts';
import { paidOnce } from './paid-once.ts';
import { reservationsEnd } from './reservations-end.ts';
import type { Stores } from './stores.ts';

/** How long a step may take before what it leaves open counts as wrong, in milliseconds. */
export const STEP_MS = 60_000;

/**
 * Checks the invariants of a shop across its stores, while it runs: nothing is written, and what is under way is told from what is wrong by its age.
 *
 * @throws Error when a store can't be read
 */
export async function runAudit(stores: Stores, { stepMs = STEP_MS, now = new Date() }: Partial<Patience> = {}): Promise<Verdict[]> {
  const patience: Patience = { stepMs, now };
  return [...(await auditBooks(stores, patience)), await analyticsAgrees(stores, patience), await deadLetters(stores, patience)];
}

/** The invariants of orders, money and stock, without those of the figures that are made of them. @throws Error when a store can't be read */
export async function auditBooks(
  stores: Pick<Stores, 'order' | 'payment' | 'product' | 'senders'>,
  patience: Patience,
): Promise<Verdict[]> {
  const stock = await noOversell(stores, patience);
  const events = delivery(stores, patience);
  const money = paidOnce(patience);
  const checks = [orderTotals(patience), money, events, reservationsEnd(patience)];
  for await (const { stories } of orderStories(stores)) for (const story of stories) for (const check of checks) check.look(story);
  await events.lookAtOutboxes();
  for (const debt of await debts(stores)) money.owes(debt);
  return [stock, ...checks.map((check) => check.verdict())];
}
