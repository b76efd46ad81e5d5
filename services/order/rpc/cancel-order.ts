import type { Order } from '@shopverse/contracts/shopverse/order/v1/order';
import type { CancelOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { moveOrder, type MoveOrderDeps } from './move-order.ts';

/**
 * Cancels an order that has not left: the caller's own, or any for an admin. Its stock and its money go back by the event. Errors: ORDER_NOT_FOUND,
 * ORDER_STATE, CONCURRENT_CHANGE, IDEMPOTENCY_KEY_REUSED.
 */
export function cancelOrder(deps: MoveOrderDeps): UnaryHandler<CancelOrderRequest, Order> {
  return async (request, call) =>
    moveOrder(deps, call, request, (order, actor, at) => {
      order.cancel({ actor, reason: request.reason.trim() || DEFAULT_REASON[actor.kind] }, at);
    });
}

const DEFAULT_REASON = {
  CUSTOMER: 'Cancelled by the customer.',
  ADMIN: 'Cancelled by the shop.',
  SYSTEM: 'Cancelled by the shop.',
} as const;
