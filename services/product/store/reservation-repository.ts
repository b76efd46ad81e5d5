import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Obstacle, ReservationEnd, ReservationState, StockLine } from '../domain/reservation.ts';
import { publishLowStock, type Taken, type Taking } from './low-stock.ts';
import { publishStockChanges } from './stock-events.ts';

/** Stock set aside for an order, as it is kept. */
export interface StoredReservation {
  readonly orderId: string;
  readonly state: ReservationState;
  readonly lines: readonly StockLine[];
  readonly expiresAt: Date;
}

/** What came of a wish: the reservation as it is now, or what is in the way, in the order of the lines. */
export type Outcome =
  | { readonly kind: 'reservation'; readonly reservation: StoredReservation; /** By this very call. */ readonly changed: boolean }
  | { readonly kind: 'refused'; readonly obstacles: readonly [Obstacle, ...Obstacle[]] };

/** What is to be set aside; each product in one line. */
export interface Reserve {
  readonly orderId: string;
  readonly lines: readonly StockLine[];
  /** Until it is looked at again, in milliseconds. */
  readonly timeToLiveMs: number;
}

/** How a reservation is to end. */
export interface EndReservation {
  readonly orderId: string;
  readonly end: ReservationEnd;
  /** For the ledger. */
  readonly reason: string;
  /** Only when it is still to be looked at then; see `claimExpired`. */
  readonly dueAt?: string;
}

/** A row of the functions that change reservations (see the migrations). */
interface ReservationRow {
  readonly result: 'CHANGED' | ReservationState | Obstacle['reason'];
  readonly product_id: string;
  readonly quantity: number;
  readonly available: string | null;
  readonly version: string | null;
  readonly expires_ms: string | number | null;
  /** The product's own, if it has one. */
  readonly low_stock_threshold: string | null;
}

const from = (call: RawBuilder<unknown>) =>
  sql<ReservationRow>`
    select l.result, l.product_id, l.quantity, l.available, l.version, extract(epoch from l.expires_at) * 1000 as expires_ms,
      (select p.low_stock_threshold from products p where p.id = l.product_id) as low_stock_threshold
    from ${call} as l`;

/** Sets stock aside: all lines or none, in one statement, once for an order. */
export async function reserve(tx: Transaction, { orderId, lines, timeToLiveMs }: Reserve, taking: Taking): Promise<Outcome> {
  const ids = lines.map(({ productId }) => productId);
  const quantities = lines.map(({ quantity }) => quantity);
  const call = sql`reserve_stock(${orderId}::uuid, ${ids}::uuid[], ${quantities}::integer[], ${`${timeToLiveMs} milliseconds`}::interval)`;
  const { rows } = await from(call).execute(tx.sql);
  const outcome = outcomeOf(orderId, rows, 'ACTIVE');
  if (outcome === undefined) throw new Error('reserve_stock answered nothing.');
  await publishTaken(tx, rows, taking);
  return outcome;
}

/** Ends a reservation that is active, in one statement. Answers undefined when the order has none. */
export async function endReservation(
  tx: Transaction,
  { orderId, end, reason, dueAt }: EndReservation,
  at: Date,
): Promise<(Outcome & { kind: 'reservation' }) | undefined> {
  const { rows } = await from(sql`end_reservation(${orderId}::uuid, ${end}::text, ${reason}::text, ${dueAt ?? null}::timestamptz)`).execute(
    tx.sql,
  );
  const outcome = outcomeOf(orderId, rows, end);
  // Goods that leave were not for sale before either: nothing that others see has changed.
  if (end === 'RELEASED') publishChanges(tx, rows, at);
  return outcome?.kind === 'reservation' ? outcome : undefined;
}

/** Takes the goods of a reservation that was released after all: all lines, or none. Answers undefined when the order has none. */
export async function commitReleased(tx: Transaction, orderId: string, reason: string, taking: Taking): Promise<Outcome | undefined> {
  const { rows } = await from(sql`commit_released(${orderId}::uuid, ${reason}::text)`).execute(tx.sql);
  await publishTaken(tx, rows, taking);
  return outcomeOf(orderId, rows, 'COMMITTED');
}

/**
 * The order is cancelled: what is set aside for it goes back on the shelf, goods that had left come back as a return, and none are taken for it again, in one
 * statement. Answers the reservation, or undefined when the order has none.
 */
export async function cancelReservation(
  tx: Transaction,
  orderId: string,
  reason: string,
  at: Date,
): Promise<(Outcome & { kind: 'reservation' }) | undefined> {
  const { rows } = await from(sql`cancel_reservation(${orderId}::uuid, ${reason}::text)`).execute(tx.sql);
  publishChanges(tx, rows, at);
  const outcome = outcomeOf(orderId, rows, 'RELEASED');
  return outcome?.kind === 'reservation' ? outcome : undefined;
}

/** A reservation whose time is up, and until when it is the caller's to decide about. */
export interface ExpiredReservation {
  readonly orderId: string;
  /** The new time at which it is looked at again, to the microsecond. */
  readonly dueAt: string;
}

/**
 * Takes reservations whose time is up, oldest first, and puts their next look `againMs` off; whoever asks at the same time gets others. Served by
 * `reservations_expiring`. No lock is held while the order service is asked: that `dueAt` is still there when the answer comes is the proof that
 * nobody had to do with the reservation meanwhile.
 */
export async function claimExpired(
  executor: QueryExecutorProvider,
  { limit, againMs }: { readonly limit: number; readonly againMs: number },
): Promise<ExpiredReservation[]> {
  const { rows } = await sql<{ order_id: string; due_at: string }>`
    with due as materialized (
      select order_id from reservations where state = 'ACTIVE' and expires_at <= now() order by expires_at limit ${limit} for update skip locked
    )
    update reservations r set expires_at = now() + ${`${againMs} milliseconds`}::interval
    from due where r.order_id = due.order_id
    returning r.order_id, r.expires_at::text as due_at`.execute(executor);
  return rows.map(({ order_id, due_at }) => ({ orderId: order_id, dueAt: due_at }));
}

function outcomeOf(orderId: string, rows: readonly ReservationRow[], whenChanged: ReservationState): Outcome | undefined {
  const [first, ...rest] = rows;
  if (first === undefined) return undefined;
  const { result } = first;
  if (result === 'PRODUCT_NOT_FOUND' || result === 'OUT_OF_STOCK')
    return { kind: 'refused', obstacles: [obstacle(first), ...rest.map(obstacle)] };
  const changed = result === 'CHANGED';
  const lines = rows.map((row) => ({ productId: row.product_id, quantity: row.quantity }));
  return {
    kind: 'reservation',
    changed,
    reservation: { orderId, state: changed ? whenChanged : result, lines, expiresAt: new Date(Number(first.expires_ms)) },
  };
}

function obstacle(row: ReservationRow): Obstacle {
  const reason = row.result === 'PRODUCT_NOT_FOUND' ? row.result : 'OUT_OF_STOCK';
  return { reason, productId: row.product_id, quantity: row.quantity, available: BigInt(row.available ?? 0) };
}

async function publishTaken(tx: Transaction, rows: readonly ReservationRow[], taking: Taking): Promise<void> {
  publishChanges(tx, rows, taking.at);
  const taken = rows.filter(({ result }) => result === 'CHANGED');
  await publishLowStock(tx, taken.map(takenOf), taking);
}

function takenOf(row: ReservationRow): Taken {
  const threshold = row.low_stock_threshold === null ? undefined : BigInt(row.low_stock_threshold);
  return { productId: row.product_id, quantity: BigInt(row.quantity), available: BigInt(row.available ?? 0), threshold };
}

function publishChanges(tx: Transaction, rows: readonly ReservationRow[], at: Date): void {
  const changed = rows.filter(({ result }) => result === 'CHANGED');
  publishStockChanges(tx, changed.map((row) => ({ productId: row.product_id, available: BigInt(row.available ?? 0), version: BigInt(row.version ?? 0) })), at); // prettier-ignore
}
