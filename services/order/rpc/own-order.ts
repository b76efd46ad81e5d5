import { failure, type Failure } from '@shopverse/mesh/failure';
import type { Caller } from '@shopverse/mesh/rpc/call';
import { findOrder, type EntityManager, type StoredOrder } from '../store/order-repository.ts';

/** Whether a caller may know of an order: their own, or any for an admin. */
export function maySee(caller: Caller, order: { readonly customerId: string }): boolean {
  return caller.role === 'ADMIN' || caller.userId === order.customerId;
}

/** The answer for an order that does not exist, and for somebody else's. */
export function orderNotFound(id: string): Failure {
  return failure('ORDER_NOT_FOUND', 'No order with this id.', { order_id: id });
}

/**
 * An order that the caller may see.
 *
 * @throws Failure ORDER_NOT_FOUND
 */
export async function readOwnOrder(em: EntityManager, caller: Caller, id: string): Promise<StoredOrder> {
  const found = await findOrder(em, id);
  if (found === undefined || !maySee(caller, found.order)) throw orderNotFound(id);
  return found;
}
