import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { Order } from '../domain/order.ts';
import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import type { OrderState } from '../domain/order-state.ts';
import { OrderEntity } from './entities.ts';
import { publishOrderEvent } from './order-events.ts';
import { snapshotOf, type OrderRow } from './order-row.ts';
import { hasMoved, insertOrder, updateOrders, type OrderChange } from './write-orders.ts';

/** MikroORM's way to the database. */
export type EntityManager = Transaction['em'];

/** An order as it is kept, and the number of the move that made it so. */
export interface StoredOrder {
  readonly order: OrderSnapshot;
  readonly version: number;
}

/** Keeps a new order with its lines, its history and its events. */
export async function addOrder(tx: Transaction, order: Order): Promise<StoredOrder> {
  const { events, history } = order.takeChanges();
  await insertOrder(tx, { order: order.snapshot, history });
  for (const event of events) publishOrderEvent(tx, event);
  return { order: order.snapshot, version: 1 };
}

/**
 * Changes an order: `change` decides, the repository keeps what it did, with history and events. Nobody else changes the order until the transaction
 * ends. Answers undefined when there is no such order; when `change` throws, nothing is kept.
 */
export async function changeOrder<T>(
  tx: Transaction,
  id: string,
  change: (order: Order, version: number) => T,
): Promise<(StoredOrder & { readonly result: T }) | undefined> {
  const row = await tx.em.findOne(
    OrderEntity,
    { id },
    { populate: ['lines'], strategy: 'joined', lockMode: LockMode.PESSIMISTIC_WRITE, lockTableAliases: ['o0'] },
  );
  if (row === null) return undefined;
  const { order, result } = applied(row, (restored) => change(restored, row.version));
  const kept = takeChange(tx, order);
  await updateOrders(tx, [kept]);
  return { order: kept.order, version: row.version + (hasMoved(kept.history) ? 1 : 0), result };
}

/**
 * Changes the orders that have waited for their payment since before `placedBefore`, oldest first, at most `limit`. Those that somebody else is changing are
 * left to them. Answers how many there were. Served by `orders_by_state`.
 */
export async function changeUnpaidOrders(
  tx: Transaction,
  { placedBefore, limit }: { readonly placedBefore: Date; readonly limit: number },
  change: (order: Order) => void,
): Promise<number> {
  const rows = await tx.em.find(
    OrderEntity,
    { state: 'PENDING_PAYMENT', createdAt: { $lt: placedBefore } },
    { orderBy: { createdAt: 'asc' }, limit, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
  );
  await tx.em.populate(rows, ['lines']);
  const changes = rows.map((row) => takeChange(tx, applied(row, change).order));
  await updateOrders(tx, changes);
  return rows.length;
}

/** An order by its id. */
export async function findOrder(em: EntityManager, id: string): Promise<StoredOrder | undefined> {
  const row = await em.findOne(OrderEntity, { id }, { populate: ['lines'], strategy: 'joined' });
  return row === null ? undefined : stored(row);
}

/** Orders by their ids, in the order of the ids; unknown ones are left out. */
export async function findOrders(em: EntityManager, ids: readonly string[]): Promise<StoredOrder[]> {
  const rows = await em.find(OrderEntity, { id: { $in: [...ids] } }, { populate: ['lines'], strategy: 'select-in' });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [stored(row)];
  });
}

/** The states of those of the orders that exist. */
export async function statesOf(em: EntityManager, ids: readonly string[]): Promise<{ id: string; state: OrderState }[]> {
  return em.find(OrderEntity, { id: { $in: [...ids] } }, { fields: ['id', 'state'] });
}

function applied<T>(row: OrderRow, change: (order: Order) => T): { order: Order; result: T } {
  const order = Order.restore(snapshotOf(row));
  return { order, result: change(order) };
}

function takeChange(tx: Transaction, order: Order): OrderChange {
  const { events, history, payments } = order.takeChanges();
  for (const event of events) publishOrderEvent(tx, event);
  return { order: order.snapshot, history, learnt: payments.length > 0 };
}

function stored(row: OrderRow): StoredOrder {
  return { order: snapshotOf(row), version: row.version };
}
