import type { Query, Stores } from './stores.ts';

/** An order as the order service has it. */
export interface AuditedOrder {
  readonly id: string;
  readonly state: string;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly paymentId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lines: readonly { readonly productId: string; readonly quantity: number; readonly unitPriceMinor: bigint }[];
  /** Its moves, in no particular order. */
  readonly history: readonly { readonly from: string | null; readonly to: string }[];
}

/** A payment as the payment service has it. */
export interface AuditedPayment {
  readonly id: string;
  readonly orderId: string;
  readonly state: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** Given back. */
  readonly refundedMinor: bigint;
  /** On its way back. */
  readonly refundingMinor: bigint;
  /** What the books say is kept of it for orders. */
  readonly bookedMinor: bigint;
  /** When the books say that it was captured; null when it was not, or of nothing. */
  readonly capturedAt: Date | null;
  /** When the last of its own refunds was done. */
  readonly refundedAt: Date | null;
  readonly updatedAt: Date;
}

/** Stock set aside for an order, as the product service has it. */
export interface AuditedReservation {
  readonly orderId: string;
  readonly state: string;
  readonly expiresAt: Date;
  readonly changedAt: Date;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
}

/** All that the services know under one order's id; each part may be missing. */
export interface OrderStory {
  readonly orderId: string;
  readonly order: AuditedOrder | undefined;
  readonly payments: readonly AuditedPayment[];
  readonly reservation: AuditedReservation | undefined;
}

/** A stretch of the stories, by order id. */
export interface StoryBatch {
  /** Behind this id … */
  readonly after: string;
  /** … up to this one; undefined: to the end. */
  readonly upTo: string | undefined;
  readonly stories: readonly OrderStory[];
}

const NIL = '00000000-0000-0000-0000-000000000000';

const ORDERS = `
  select o.id::text, o.state, o.currency, o.total_minor::text, o.payment_id::text, o.created_at, o.updated_at,
    (select coalesce(jsonb_agg(jsonb_build_array(l.product_id, l.quantity, l.unit_price_minor::text)), '[]')
     from order_lines l where l.order_id = o.id) as lines,
    (select coalesce(jsonb_agg(jsonb_build_array(h.from_state, h.to_state)), '[]') from order_history h where h.order_id = o.id) as history
  from orders o where o.id > $1 order by o.id limit $2`;
const PAYMENTS = `
  select p.id::text, p.order_id::text, p.state, p.currency, p.amount_minor::text, p.updated_at, p.refunded_minor::text, p.refunding_minor::text,
    (select coalesce(-sum(e.amount_minor), 0)::text from ledger_entries e where e.payment_id = p.id and e.account = 'orders') as booked_minor,
    (select e.booked_at from ledger_entries e where e.booking_id = 'captured ' || p.id and e.account = 'orders') as captured_at,
    (select max(r.processed_at) from refunds r where r.payment_id = p.id and r.state = 'PROCESSED' and not r.surplus) as refunded_at
  from payments p where p.order_id > $1 order by p.order_id limit $2`;
const RESERVATIONS = `
  select r.order_id::text, r.state, r.expires_at, coalesce(r.ended_at, r.created_at) as changed_at,
    (select coalesce(jsonb_agg(jsonb_build_array(i.product_id, i.quantity)), '[]') from reservation_items i where i.order_id = r.order_id) as items
  from reservations r where r.order_id > $1 order by r.order_id limit $2`;

/**
 * Walks through all orders, payments and reservations in the order of the order's id, joined in memory. Each database is asked for one bounded stretch of its own
 * index at a time; the stretch ends where the shortest answer ends, so however many orders there are, as little is held.
 *
 * @param size most rows of one answer
 */
export async function* orderStories(
  { order, payment, product }: Pick<Stores, 'order' | 'payment' | 'product'>,
  size = 1_000,
): AsyncGenerator<StoryBatch> {
  for (let after = NIL; ;) {
    const [orders, paid, reservations] = await Promise.all([
      readOrders(order, after, size),
      readPayments(payment, after, size),
      readReservations(product, after, size),
    ]);
    const ends = [
      endOf(orders.map(({ id }) => id), size),
      // The payments of the last order may go on behind the end of the answer, so that one belongs to the next stretch.
      endOf(paid.map(({ orderId }) => orderId), size, true),
      endOf(reservations.map(({ orderId }) => orderId), size),
    ].filter((end) => end !== undefined); // prettier-ignore
    const upTo = ends.toSorted()[0];
    const within = (id: string) => upTo === undefined || id <= upTo;
    const stories = new Map<string, { order?: AuditedOrder; payments: AuditedPayment[]; reservation?: AuditedReservation }>();
    const storyOf = (id: string) => {
      const known = stories.get(id) ?? { payments: [] };
      stories.set(id, known);
      return known;
    };
    for (const one of orders) if (within(one.id)) storyOf(one.id).order = one;
    for (const one of paid) if (within(one.orderId)) storyOf(one.orderId).payments.push(one);
    for (const one of reservations) if (within(one.orderId)) storyOf(one.orderId).reservation = one;
    yield {
      after,
      upTo,
      stories: [...stories].map(([orderId, story]) => ({
        orderId,
        order: story.order,
        payments: story.payments,
        reservation: story.reservation,
      })),
    };
    if (upTo === undefined) return;
    after = upTo;
  }
}

/** The id up to which an answer is complete; undefined when it came to the end. */
function endOf(ids: readonly string[], size: number, withoutLast = false): string | undefined {
  const last = ids.at(-1);
  if (ids.length < size || last === undefined) return undefined;
  return (withoutLast ? ids.findLast((id) => id !== last) : undefined) ?? last;
}

async function readOrders(query: Query, after: string, size: number): Promise<AuditedOrder[]> {
  const rows = await query<{
    id: string;
    state: string;
    currency: string;
    total_minor: string;
    payment_id: string | null;
    created_at: Date;
    updated_at: Date;
    lines: [string, number, string][];
    history: [string | null, string][];
  }>(ORDERS, [after, size]);
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    currency: row.currency,
    totalMinor: BigInt(row.total_minor),
    paymentId: row.payment_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lines: row.lines.map(([productId, quantity, unitPrice]) => ({ productId, quantity, unitPriceMinor: BigInt(unitPrice) })),
    history: row.history.map(([from, to]) => ({ from, to })),
  }));
}

async function readPayments(query: Query, after: string, size: number): Promise<AuditedPayment[]> {
  const rows = await query<{
    id: string;
    order_id: string;
    state: string;
    currency: string;
    amount_minor: string;
    refunded_minor: string;
    refunding_minor: string;
    updated_at: Date;
    booked_minor: string;
    captured_at: Date | null;
    refunded_at: Date | null;
  }>(PAYMENTS, [after, size]);
  return rows.map((row) => ({
    id: row.id,
    orderId: row.order_id,
    state: row.state,
    currency: row.currency,
    amountMinor: BigInt(row.amount_minor),
    refundedMinor: BigInt(row.refunded_minor),
    refundingMinor: BigInt(row.refunding_minor),
    bookedMinor: BigInt(row.booked_minor),
    capturedAt: row.captured_at,
    refundedAt: row.refunded_at,
    updatedAt: row.updated_at,
  }));
}

async function readReservations(query: Query, after: string, size: number): Promise<AuditedReservation[]> {
  const rows = await query<{ order_id: string; state: string; expires_at: Date; changed_at: Date; items: [string, number][] }>(
    RESERVATIONS,
    [after, size],
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    state: row.state,
    expiresAt: row.expires_at,
    changedAt: row.changed_at,
    items: row.items.map(([productId, quantity]) => ({ productId, quantity })),
  }));
}
