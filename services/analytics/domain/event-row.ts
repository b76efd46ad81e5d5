import type { Money } from '@shopverse/mesh/money';

/** Where an event came from and when. */
export interface EventOrigin {
  /** The event's id; the same each time it is delivered. */
  readonly id: string;
  /** Full name of its message. */
  readonly type: string;
  /** When it was published. */
  readonly time: Date;
}

/** One product of an order that was paid. */
export interface SoldLine {
  readonly productId: string;
  readonly name: string;
  readonly units: number;
  readonly total: Money;
}

/** What is known of an event that figures are made of. Nothing personal but ids. */
export interface EventFacts {
  /** When it happened, by the service that it happened in. */
  readonly occurredAt: Date;
  readonly userId?: string;
  readonly orderId?: string;
  readonly paymentId?: string;
  readonly refundId?: string;
  readonly productId?: string;
  readonly amount?: Money;
  /** Through whom it was paid. */
  readonly provider?: string;
  /** How it was paid, or tried. */
  readonly method?: string;
  readonly lines?: readonly SoldLine[];
}

/** One row of the table `events`, as ClickHouse reads it from JSON. Whole numbers of 64 bits are texts, as JSON's numbers are floats. */
export interface EventRow {
  readonly event_id: string;
  readonly type: string;
  /** "2026-01-31 13:14:15.678", UTC. */
  readonly time: string;
  readonly occurred_at: string;
  readonly user_id: string;
  readonly order_id: string;
  readonly payment_id: string;
  readonly refund_id: string;
  readonly product_id: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount_minor: string;
  readonly provider: string;
  readonly method: string;
  readonly 'lines.product_id': readonly string[];
  readonly 'lines.name': readonly string[];
  readonly 'lines.units': readonly string[];
  readonly 'lines.revenue_minor': readonly string[];
}

/** The row of an event. */
export function eventRow({ id, type, time }: EventOrigin, facts: EventFacts): EventRow {
  const lines = facts.lines ?? [];
  return {
    event_id: id,
    type,
    time: timeText(time),
    occurred_at: timeText(facts.occurredAt),
    user_id: facts.userId ?? '',
    order_id: facts.orderId ?? '',
    payment_id: facts.paymentId ?? '',
    refund_id: facts.refundId ?? '',
    product_id: facts.productId ?? '',
    currency: facts.amount?.currency ?? '',
    amount_minor: String(facts.amount?.minor ?? 0n),
    provider: facts.provider ?? '',
    method: facts.method ?? '',
    'lines.product_id': lines.map(({ productId }) => productId),
    'lines.name': lines.map(({ name }) => name),
    'lines.units': lines.map(({ units }) => String(units)),
    'lines.revenue_minor': lines.map(({ total }) => String(total.minor)),
  };
}

function timeText(at: Date): string {
  const text = at.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}`;
}
