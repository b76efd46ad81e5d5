import { Findings, type Patience, type Verdict } from './findings.ts';
import { isCaptured } from './paid-once.ts';
import { orderStories, type AuditedOrder, type AuditedPayment, type StoryBatch } from './order-stories.ts';
import type { Stores } from './stores.ts';

/** Sums of both sides in the same terms, as text: "orders" and "confirmed", and what was captured by currency. */
type Totals = ReadonlyMap<string, string>;

const CORE_ORDERS = 'select count(*)::text as orders, count(payment_id)::text as confirmed from orders';
const CORE_REVENUE = `
  select currency, sum(amount_minor)::text as captured, sum(refunded_minor)::text as refunded
  from payments where state not in ('CREATED', 'FAILED') group by currency`;
/** FINAL: rows that are not merged yet never count twice. */
const SEEN_ORDERS = 'SELECT toString(countIf(placed_at > 0)) AS orders, toString(countIf(confirmed_at > 0)) AS confirmed FROM orders FINAL';
const SEEN_REVENUE = `
  SELECT currency, toString(sum(amount_minor)) AS captured, '0' AS refunded FROM payments FINAL WHERE succeeded_at > 0 GROUP BY currency`;
const SEEN_REFUNDS = "SELECT currency, '0' AS captured, toString(sum(amount_minor)) AS refunded FROM refunds FINAL GROUP BY currency";
const SEEN_REFUNDS_OF = `
  SELECT payment_id AS id, toString(sum(amount_minor)) AS minor, any(currency) AS currency, 1 AS placed, 1 AS done,
    toString(toUnixTimestamp64Milli(max(refunded_at))) AS at
  FROM refunds FINAL WHERE order_id > {after: String} AND order_id <= {upTo: String} GROUP BY payment_id`;
const SEEN_ORDERS_OF = `
  SELECT order_id AS id, toString(total_minor) AS minor, currency, placed_at > 0 AS placed, confirmed_at > 0 AS done,
    toString(toUnixTimestamp64Milli(greatest(placed_at, confirmed_at))) AS at
  FROM orders FINAL WHERE order_id > {after: String} AND order_id <= {upTo: String}`;
const SEEN_PAYMENTS_OF = `
  SELECT payment_id AS id, toString(amount_minor) AS minor, currency, 1 AS placed, 1 AS done, toString(toUnixTimestamp64Milli(succeeded_at)) AS at
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
}

/**
 * Invariant 6: the figures of analytics are those of the services. When the sums are the same, they are; when they are not, every order and payment is compared, as an
 * event that is still on its way is no fault.
 */
export async function analyticsAgrees(stores: Stores, patience: Patience): Promise<Verdict> {
  const findings = new Findings(patience);
  const seen = await seenTotals(stores);
  const core = await coreTotals(stores);
  const keys = [...new Set([...core.keys(), ...seen.keys()])];
  if (keys.some((key) => (core.get(key) ?? '0') !== (seen.get(key) ?? '0')))
    for await (const batch of orderStories(stores)) await compare(stores, batch, findings);
  return findings.verdict(
    'analytics-agrees',
    "Analytics' orders, confirmed orders, captured and refunded money are those of the order and the payment service",
    keys.map((key) => `${key} ${seen.get(key) ?? 0} of ${core.get(key) ?? 0}`).join(', '),
  );
}

async function coreTotals({ order, payment }: Stores): Promise<Totals> {
  const [counts] = await order<{ orders: string; confirmed: string }>(CORE_ORDERS);
  return totals(counts, await payment<RevenueRow>(CORE_REVENUE));
}

async function seenTotals({ analytics }: Stores): Promise<Totals> {
  const [counts] = await analytics<{ orders: string; confirmed: string }>(SEEN_ORDERS);
  return totals(counts, [...(await analytics<RevenueRow>(SEEN_REVENUE)), ...(await analytics<RevenueRow>(SEEN_REFUNDS))]);
}

interface RevenueRow {
  readonly currency: string;
  readonly captured: string;
  readonly refunded: string;
}

/** Revenue is what was captured less what was refunded, so both are compared, currency by currency. */
function totals(counts: { readonly orders: string; readonly confirmed: string } | undefined, revenue: readonly RevenueRow[]): Totals {
  const sums = new Map<string, bigint>();
  const add = (key: string, minor: string) => sums.set(key, (sums.get(key) ?? 0n) + BigInt(minor));
  for (const { currency, captured, refunded } of revenue) {
    add(`captured ${currency}`, captured);
    add(`refunded ${currency}`, refunded);
  }
  return new Map([
    ['orders', counts?.orders ?? '0'],
    ['confirmed', counts?.confirmed ?? '0'],
    ...[...sums].map(([key, minor]) => [key, String(minor)] as const),
  ]);
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
      const seen = back.get(payment.id)?.minor ?? '0';
      if (seen !== String(payment.refundedMinor))
        findings.missing(payment.id, payment.updatedAt, `refunded ${payment.refundedMinor}, but analytics counts ${seen}`);
    }
  }
  const known = new Set(stories.flatMap(({ order, payments: all }) => [order?.id, ...all.map(({ id }) => id)]));
  for (const { id, at } of [...orders.values(), ...payments.values()])
    if (!known.has(id)) findings.missing(id, new Date(Number(at)), 'analytics counts it, and no service knows it');
}

function compareOrder(order: AuditedOrder, seen: SeenRow | undefined, findings: Findings): void {
  if (seen === undefined || seen.placed === 0)
    findings.missing(order.id, order.createdAt, 'analytics has not heard that the order was placed');
  else if (seen.done === 0 && order.paymentId !== null)
    findings.missing(order.id, order.updatedAt, 'analytics has not heard that the order was confirmed');
  else if (seen.done !== 0 && order.paymentId === null)
    findings.missing(order.id, new Date(Number(seen.at)), `analytics counts it as confirmed, but it is ${order.state}`);
}

function comparePayment(payment: AuditedPayment, seen: SeenRow | undefined, findings: Findings): void {
  if (seen === undefined) findings.missing(payment.id, payment.updatedAt, 'analytics has not heard that the payment succeeded');
  else if (seen.minor !== String(payment.amountMinor) || seen.currency !== payment.currency)
    findings.wrong(payment.id, `captured ${payment.amountMinor} ${payment.currency}, but analytics counts ${seen.minor} ${seen.currency}`);
}
