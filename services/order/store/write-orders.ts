import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type RawBuilder } from 'kysely';
import type { HistoryEntry } from '../domain/order-history.ts';
import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import { toPaymentColumn } from './payment-column.ts';

/** What is to be kept of a change: the order after it, and what its history says of it. */
export interface OrderChange {
  readonly order: OrderSnapshot;
  readonly history: readonly HistoryEntry[];
  /** Whether it learnt something of a payment. */
  readonly learnt: boolean;
}

/** Whether an order moved, and did not only hear of something. */
export function hasMoved(history: readonly HistoryEntry[]): boolean {
  return history.some(({ from, to }) => from !== to);
}

/** Writes a new order, its lines and its history, in one statement. */
export async function insertOrder(tx: Pick<Transaction, 'sql'>, { order, history }: Omit<OrderChange, 'learnt'>): Promise<void> {
  const { shipTo, lines } = order;
  await sql`
    with placed as (
      insert into orders (id, customer_id, state, currency, total_minor, ship_recipient, ship_street, ship_city, ship_state, ship_postal_code,
                          ship_country_code, created_at, updated_at)
      values (${order.id}, ${order.customerId}, ${order.state}, ${order.total.currency}, ${order.total.minor}, ${shipTo.recipient}, ${shipTo.street},
              ${shipTo.city}, ${shipTo.state}, ${shipTo.postalCode}, ${shipTo.countryCode}, ${order.createdAt}, ${order.updatedAt})
    ), lines as (
      insert into order_lines (order_id, position, product_id, sku, name, quantity, unit_price_minor)
      select ${order.id}::uuid, line.position - 1, line.product_id, line.sku, line.name, line.quantity, line.unit_price_minor
      from unnest(${lines.map(({ productId }) => productId)}::uuid[], ${lines.map(({ sku }) => sku)}::text[], ${lines.map(({ name }) => name)}::text[],
                  ${lines.map(({ quantity }) => quantity)}::integer[], ${lines.map(({ unitPrice }) => String(unitPrice.minor))}::bigint[])
           with ordinality as line (product_id, sku, name, quantity, unit_price_minor, position)
    ), ${told([{ order, history }])}
    select`.execute(tx.sql);
}

/** Writes what became of orders whose rows are locked, and their history, in one statement. */
export async function updateOrders(tx: Pick<Transaction, 'sql'>, changes: readonly OrderChange[]): Promise<void> {
  const written = changes.filter(({ history, learnt }) => learnt || hasMoved(history));
  const parts: RawBuilder<unknown>[] = [];
  if (written.length > 0) parts.push(moved(written));
  if (changes.some(({ history }) => history.length > 0)) parts.push(told(changes));
  if (parts.length > 0) await sql`with ${sql.join(parts)} select`.execute(tx.sql);
}

function moved(changes: readonly OrderChange[]): RawBuilder<unknown> {
  const column = <T>(value: (order: OrderSnapshot) => T): T[] => changes.map(({ order }) => value(order));
  return sql`
    moved as (
      update orders o
      set state = c.state, payment_id = c.payment_id, payments = c.payments, carrier = c.carrier, tracking_number = c.tracking_number,
          shipped_at = c.shipped_at, delivered_at = c.delivered_at, cancel_reason = c.cancel_reason, updated_at = c.updated_at, version = o.version + c.moves
      from unnest(${column(({ id }) => id)}::uuid[], ${column(({ state }) => state)}::text[], ${column(({ paymentId }) => paymentId ?? null)}::uuid[],
                  ${column(({ payments }) => JSON.stringify(payments.map(toPaymentColumn)))}::jsonb[],
                  ${column(({ shipment }) => shipment?.carrier ?? '')}::text[], ${column(({ shipment }) => shipment?.trackingNumber ?? '')}::text[],
                  ${column(({ shipment }) => shipment?.shippedAt ?? null)}::timestamptz[],
                  ${column(({ shipment }) => shipment?.deliveredAt ?? null)}::timestamptz[],
                  ${column(({ cancelReason }) => cancelReason)}::text[], ${column(({ updatedAt }) => updatedAt)}::timestamptz[],
                  ${changes.map(({ history }) => (hasMoved(history) ? 1 : 0))}::integer[])
           as c (id, state, payment_id, payments, carrier, tracking_number, shipped_at, delivered_at, cancel_reason, updated_at, moves)
      where o.id = c.id
    )`;
}

/** The entries get their places in the order in which they stand here. */
function told(changes: readonly Pick<OrderChange, 'order' | 'history'>[]): RawBuilder<unknown> {
  const entries = changes.flatMap(({ order, history }) => history.map((entry) => ({ ...entry, orderId: order.id })));
  const values = entries.map(
    ({ orderId, from, to, actor, reason, at }) => sql`(${orderId}, ${from ?? null}, ${to}, ${actor.kind}, ${actor.id}, ${reason}, ${at})`,
  );
  return sql`told as (insert into order_history (order_id, from_state, to_state, actor_kind, actor_id, reason, at) values ${sql.join(values)})`;
}
