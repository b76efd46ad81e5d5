import { LockMode } from '@mikro-orm/core';
import { newId } from '@shopverse/mesh/ids';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import type { Order, OrderSnapshot } from '../domain/order.ts';
import type { OrderState } from '../domain/order-state.ts';
import { OrderEntity, OrderHistoryEntity } from './entities.ts';
import { publishOrderEvent } from './order-events.ts';
import { columnsOf, lineColumnsOf, orderOf, type OrderRow } from './order-row.ts';

type EntityManager = Transaction['em'];

/** An order as it is kept, and the number of the write that made it so. */
export interface StoredOrder {
  readonly order: OrderSnapshot;
  readonly version: number;
}

/** Keeps a new order with its lines, its history and its events. */
export async function addOrder(tx: Transaction, order: Order): Promise<StoredOrder> {
  const row = tx.em.create(OrderEntity, { ...columnsOf(order.snapshot), lines: lineColumnsOf(order.snapshot) }, { persist: true });
  keepChanges(tx, row, order);
  await tx.em.flush();
  return stored(row);
}

/**
 * Changes an order: `change` decides, the repository keeps what it did, with history and events. Nobody else changes the order until the transaction
 * ends. Answers undefined when there is no such order; when `change` throws, nothing is kept.
 */
export async function changeOrder<T>(
  tx: Transaction,
  id: string,
  change: (order: Order) => T,
): Promise<(StoredOrder & { readonly result: T }) | undefined> {
  const row = await tx.em.findOne(
    OrderEntity,
    { id },
    { populate: ['lines'], strategy: 'joined', lockMode: LockMode.PESSIMISTIC_WRITE, lockTableAliases: ['o0'] },
  );
  if (row === null) return undefined;
  const result = applyChange(tx, row, change);
  await tx.em.flush();
  return { ...stored(row), result };
}

/**
 * Changes the orders that have waited for their payment since before `placedBefore`, oldest first, at most `limit`. Those that somebody else is changing are
 * left to them. Answers how many there were.
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
  for (const row of rows) applyChange(tx, row, change);
  await tx.em.flush();
  return rows.length;
}

/** An order by its id. */
export async function findOrder(em: EntityManager, id: string): Promise<StoredOrder | undefined> {
  const row = await em.findOne(OrderEntity, { id }, { populate: ['lines'], strategy: 'joined' });
  return row === null ? undefined : stored(row);
}

/** A customer's orders, newest first, from the one after `after` on. Ids are UUIDv7, so they sort by time. Served by `orders_by_customer`. */
export async function listOrdersOf(
  em: EntityManager,
  { customerId, after, limit }: { readonly customerId: string; readonly after: string | undefined; readonly limit: number },
): Promise<StoredOrder[]> {
  const rows = await em.find(
    OrderEntity,
    { customerId, ...(after === undefined ? {} : { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit, populate: ['lines'], strategy: 'select-in' },
  );
  return rows.map(stored);
}

/** The states of those of the orders that exist. */
export async function statesOf(em: EntityManager, ids: readonly string[]): Promise<{ id: string; state: OrderState }[]> {
  return em.find(OrderEntity, { id: { $in: [...ids] } }, { fields: ['id', 'state'] });
}

function applyChange<T>(tx: Transaction, row: OrderRow, change: (order: Order) => T): T {
  const order = orderOf(row);
  const result = change(order);
  const { state, paymentId, cancelReason, updatedAt } = columnsOf(order.snapshot);
  tx.em.assign(row, { state, paymentId, cancelReason, updatedAt });
  keepChanges(tx, row, order);
  return result;
}

function keepChanges(tx: Transaction, row: OrderRow, order: Order): void {
  const { events, history } = order.takeChanges();
  for (const { from, to, actor, reason, at } of history) {
    tx.em.create(
      OrderHistoryEntity,
      {
        id: newId(),
        order: row,
        fromState: from ?? null,
        toState: to,
        actorKind: actor.kind,
        actorId: actor.id,
        reason,
        at,
      },
      { persist: true },
    );
  }
  for (const event of events) publishOrderEvent(tx, event);
}

function stored(row: OrderRow): StoredOrder {
  return { order: orderOf(row).snapshot, version: row.version };
}
