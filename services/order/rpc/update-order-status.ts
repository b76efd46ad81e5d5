import type { Order } from '@shopverse/contracts/shopverse/order/v1/order';
import type { UpdateOrderStatusRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { invalidField } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { moveOrder, type MoveOrderDeps } from './move-order.ts';

/** Ships a paid order, or says that a shipped one has arrived. Errors: ORDER_NOT_FOUND, ORDER_STATE, CONCURRENT_CHANGE, IDEMPOTENCY_KEY_REUSED. */
export function updateOrderStatus(deps: MoveOrderDeps): UnaryHandler<UpdateOrderStatusRequest, Order> {
  return async (request, call) => {
    const { change } = request;
    if (change === undefined) throw invalidField('change', 'is required');
    const reason = request.reason.trim();
    return moveOrder(deps, call, request, (order, actor, at) => {
      if (change.$case === 'deliver') return order.deliver({ actor, reason: reason || 'delivered' }, at);
      const { carrier, trackingNumber } = change.value;
      order.ship({ actor, reason: reason || `shipped with ${carrier}, ${trackingNumber}`, carrier, trackingNumber }, at);
    });
  };
}
