import { Findings, type Patience, type Verdict } from './findings.ts';
import { isCaptured } from './paid-once.ts';
import { orderStories, type AuditedOrder, type AuditedPayment, type StoryBatch } from './order-stories.ts';
import type { Stores } from './stores.ts';

/** Sums of both sides in the same terms, as text. */
interface Totals {
  /** By "orders", "confirmed", "CANCELLED", "captured INR", "refunded INR". */
  readonly sums: ReadonlyMap<string, string>;
  /** By "captured INR 2026-03-10", a day of UTC. */
  readonly days: ReadonlyMap<string, string>;
}

const CORE_ORDERS = 'select count(*)::text as orders, count(payment_id)::text as confirmed from orders';
const CORE_STATES = 'select state, count(*)::text as orders from orders group by state';
const CORE_REVENUE = `
  select currency, sum(amount_minor)::text as captured, sum(refunded_minor)::text as refunded
  from payments where state not in ('CREATED', 'FAILED') group by currency`;
/** The books say when money was captured, and each refund when it was done. */
const CORE_DAYS = `
  select 'captured' as what, currency, to_char(booked_at at time zone 'UTC', 'YYYY-MM-DD') as day, sum(-amount_minor)::text as minor
  from ledger_entries where account = 'orders' and booking_id = 'captured ' || payment_id group by currency, day
  union all
  select 'refunded', currency, to_char(processed_at at time zone 'UTC', 'YYYY-MM-DD') as day, sum(amount_minor)::text
  from refunds where state = 'PROCESSED' and not surplus group by currency, day`;
/** FINAL: rows that are not merged yet never count twice. */
const SEEN_ORDERS = 'SELECT toString(countIf(placed_at > 0)) AS orders, toString(countIf(confirmed_at > 0)) AS confirmed FROM orders FINAL';
const SEEN_STATE = `multiIf(refunded_at > 0, 'REFUNDED', cancelled_at > 0, 'CANCELLED', delivered_at > 0, 'DELIVERED', shipped_at > 0, 'SHIPPED',
    confirmed_at > 0, 'CONFIRMED', 'PENDING_PAYMENT')`;
const SEEN_STATES = `SELECT ${SEEN_STATE} AS state, toString(count()) AS orders FROM orders FINAL WHERE placed_at > 0 GROUP BY state`;
const SEEN_DAYS = `
  SELECT 'captured' AS what, toString(currency) AS currency, toString(toDate(succeeded_at, 'UTC')) AS day, toString(sum(amount_minor)) AS minor
  FROM payments FINAL WHERE succeeded_at > 0 AND amount_minor != 0 GROUP BY currency, day
  UNION ALL
  SELECT 'refunded' AS what, toString(currency) AS currency, toString(toDate(refunded_at, 'UTC')) AS day, toString(sum(amount_minor)) AS minor
  FROM refunds FINAL GROUP BY currency, day`;
const SEEN_REVENUE = `
  SELECT currency, toString(sum(amount_minor)) AS captured, '0' AS refunded FROM payments FINAL WHERE succeeded_at > 0 GROUP BY currency`;
const SEEN_REFUNDS = "SELECT currency, '0' AS captured, toString(sum(amount_minor)) AS refunded FROM refunds FINAL GROUP BY currency";
const SEEN_REFUNDS_OF = `
  SELECT payment_id AS id, toString(sum(amount_minor)) AS minor, any(currency) AS currency, 1 AS placed, 1 AS done,
    toString(toUnixTimestamp64Milli(max(refunded_at))) AS at, '' AS state
  FROM refunds FINAL WHERE order_id > {after: String} AND order_id <= {upTo: String} GROUP BY payment_id`;
const SEEN_ORDERS_OF = `
  SELECT order_id AS id, toString(total_minor) AS minor, currency, placed_at > 0 AS placed, confirmed_at > 0 AS done,
    toString(toUnixTimestamp64Milli(greatest(placed_at, confirmed_at))) AS at, ${SEEN_STATE} AS state
  FROM orders FINAL WHERE order_id > {after: String} AND order_id <= {upTo: String}`;
const SEEN_PAYMENTS_OF = `
  SELECT payment_id AS id, toString(amount_minor) AS minor, currency, 1 AS placed, 1 AS done,
    toString(toUnixTimestamp64Milli(succeeded_at)) AS at, '' AS state
  FROM payments FINAL WHERE order_id > {after: String} AND order_id <= {upTo: String} AND succeeded_at > 0`;
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface SeenRow {
  readonly id: string;
  readonly minor: string;
  readonly currency: string;
  readonly placed: number;
  readonly done: number;
  /** Milliseconds since the epoch. */
  readonly at: string;
  /** Of an order. */
  readonly state: string;
}

/** How often the sums are compared. What was on its way when they were read the first time is there, or found, the second time. */
const ROUNDS = 3;

/**
 * Invariant 6: the figures of analytics are those of the services. When the sums are the same, they are; when they are not, every order and payment is compared, as an
 * event that is still on its way is no fault. Sums that stay different though all orders agree are one.
 */
export async function analyticsAgrees(stores: Stores, patience: Patience): Promise<Verdict> {
  const findings = new Findings(patience);
  let sums = await compareSums(stores);
  for (let round = 1; sums.different.length > 0 && findings.nothing; round += 1) {
    for await (const batch of orderStories(stores)) await compare(stores, batch, findings);
    if (!findings.nothing) break;
    sums = await compareSums(stores);
    if (round === ROUNDS && sums.different.length > 0)
      findings.wrong('analytics', `every order agrees, but the sums do not: ${sums.different.join(', ')}`);
  }
  return findings.verdict(
    'analytics-agrees',
    "Analytics' orders by state, and captured and refunded money by day, are those of the order and the payment service",
    sums.figure,
  );
}

/** What the sums of both sides are, and which of them are not the same. */
async function compareSums(stores: Stores): Promise<{ readonly different: readonly string[]; readonly figure: string }> {
  const seen = await seenTotals(stores);
  const core = await coreTotals(stores);
  const told = (key: string) => `${key} ${seen.sums.get(key) ?? 0} of ${core.sums.get(key) ?? 0}`;
  const days = keysOf(core.days, seen.days);
  return {
    different: [...differences(core.sums, seen.sums).map(told), ...differences(core.days, seen.days)],
    figure: [...keysOf(core.sums, seen.sums).map(told), `${days.length} days' money`].join(', '),
  };
}

function keysOf(core: ReadonlyMap<string, string>, seen: ReadonlyMap<string, string>): string[] {
  return [...new Set([...core.keys(), ...seen.keys()])];
}

function differences(core: ReadonlyMap<string, string>, seen: ReadonlyMap<string, string>): string[] {
  return keysOf(core, seen).filter((key) => (core.get(key) ?? '0') !== (seen.get(key) ?? '0'));
}

async function coreTotals({ order, payment }: Stores): Promise<Totals> {
  const [counts] = await order<CountsRow>(CORE_ORDERS);
  return totals(counts, await order<StateRow>(CORE_STATES), await payment<RevenueRow>(CORE_REVENUE), await payment<DayRow>(CORE_DAYS));
}

async function seenTotals({ analytics }: Stores): Promise<Totals> {
  const [counts] = await analytics<CountsRow>(SEEN_ORDERS);
  const revenue = [...(await analytics<RevenueRow>(SEEN_REVENUE)), ...(await analytics<RevenueRow>(SEEN_REFUNDS))];
  return totals(counts, await analytics<StateRow>(SEEN_STATES), revenue, await analytics<DayRow>(SEEN_DAYS));
}

interface CountsRow {
  readonly orders: string;
  readonly confirmed: string;
}
interface StateRow {
  readonly state: string;
  readonly orders: string;
}
interface DayRow {
  readonly what: string;
  readonly currency: string;
  readonly day: string;
  readonly minor: string;
}
interface RevenueRow {
  readonly currency: string;
  readonly captured: string;
  readonly refunded: string;
}

/** Revenue is what was captured less what was refunded, so both are compared, currency by currency. */
function totals(
  counts: CountsRow | undefined,
  states: readonly StateRow[],
  revenue: readonly RevenueRow[],
  days: readonly DayRow[],
): Totals {
  const sums = new Map<string, bigint>();
  const add = (key: string, minor: string) => sums.set(key, (sums.get(key) ?? 0n) + BigInt(minor));
  for (const { currency, captured, refunded } of revenue) {
    add(`captured ${currency}`, captured);
    add(`refunded ${currency}`, refunded);
  }
  return {
    sums: new Map([
      ['orders', counts?.orders ?? '0'],
      ['confirmed', counts?.confirmed ?? '0'],
      ...states.map(({ state, orders }) => [state, orders] as const),
      ...[...sums].map(([key, minor]) => [key, String(minor)] as const),
    ]),
    days: new Map(days.map(({ what, currency, day, minor }) => [`${what} ${currency} ${day}`, minor])),
  };
}

async function compare({ analytics }: Stores, { after, upTo = LAST, stories }: StoryBatch, findings: Findings): Promise<void> {
  const seenBy = async (query: string) => new Map((await analytics<SeenRow>(query, { after, upTo })).map((row) => [row.id, row]));
  const orders = await seenBy(SEEN_ORDERS_OF);
  const payments = await seenBy(SEEN_PAYMENTS_OF);
  const back = await seenBy(SEEN_REFUNDS_OF);
  for (const { order, payments: all } of stories) {
    if (order !== undefined) compareOrder(order, orders.get(order.id), findings);
    for (const payment of all.filter(isCaptured)) {
      comparePayment(payment, payments.get(payment.id), findings);
      compareRefunds(payment, back.get(payment.id), findings);
    }
  }
  const known = new Set(stories.flatMap(({ order, payments: all }) => [order?.id, ...all.map(({ id }) => id)]));
  for (const { id, at } of [...orders.values(), ...payments.values(), ...back.values()])
    if (!known.has(id)) findings.missing(id, new Date(Number(at)), 'analytics counts it, and no service knows it');
}

function compareOrder(order: AuditedOrder, seen: SeenRow | undefined, findings: Findings): void {
  if (seen === undefined || seen.placed === 0)
    findings.missing(order.id, order.createdAt, 'analytics has not heard that the order was placed');
  else if (seen.done === 0 && order.paymentId !== null)
    findings.missing(order.id, order.updatedAt, 'analytics has not heard that the order was confirmed');
  else if (seen.done !== 0 && order.paymentId === null)
    findings.missing(order.id, new Date(Number(seen.at)), `analytics counts it as confirmed, but it is ${order.state}`);
  else if (seen.state !== order.state)
    findings.missing(order.id, order.updatedAt, `it is ${order.state}, but analytics counts it as ${seen.state}`);
}

function comparePayment(payment: AuditedPayment, seen: SeenRow | undefined, findings: Findings): void {
  if (seen === undefined) findings.missing(payment.id, payment.updatedAt, 'analytics has not heard that the payment succeeded');
  else if (seen.minor !== String(payment.amountMinor) || seen.currency !== payment.currency)
    findings.wrong(payment.id, `captured ${payment.amountMinor} ${payment.currency}, but analytics counts ${seen.minor} ${seen.currency}`);
  else if (payment.capturedAt !== null && !isAt(payment.capturedAt, seen))
    findings.wrong(payment.id, `captured at ${payment.capturedAt.toISOString()}, but analytics counts it at ${timeOf(seen)}`);
}

function compareRefunds(payment: AuditedPayment, seen: SeenRow | undefined, findings: Findings): void {
  const minor = seen?.minor ?? '0';
  if (minor !== String(payment.refundedMinor))
    findings.missing(payment.id, payment.updatedAt, `refunded ${payment.refundedMinor}, but analytics counts ${minor}`);
  else if (seen !== undefined && payment.refundedAt !== null && !isAt(payment.refundedAt, seen))
    findings.wrong(payment.id, `refunded at ${payment.refundedAt.toISOString()}, but analytics counts it at ${timeOf(seen)}`);
}

function isAt(at: Date, seen: SeenRow): boolean {
  return String(at.getTime()) === seen.at;
}

function timeOf({ at }: SeenRow): string {
  return new Date(Number(at)).toISOString();
}
