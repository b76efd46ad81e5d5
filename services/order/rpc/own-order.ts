import { failure, type Failure } from '@shopverse/mesh/failure';
import type { Caller } from '@shopverse/mesh/rpc/call';

/** Whether a caller may know of an order: their own, or any for an admin. */
export function maySee(caller: Caller, order: { readonly customerId: string }): boolean {
  return caller.role === 'ADMIN' || caller.userId === order.customerId;
}

/** The answer for an order that does not exist, and for somebody else's. */
export function orderNotFound(id: string): Failure {
  return failure('ORDER_NOT_FOUND', 'No order with this id.', { order_id: id });
}
