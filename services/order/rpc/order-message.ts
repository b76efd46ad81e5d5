import { OrderState, type Order } from '@shopverse/contracts/shopverse/order/v1/order';
import { toMessage } from '@shopverse/mesh/money';
import { toLineMessage } from '../store/line-message.ts';
import type { StoredOrder } from '../store/order-repository.ts';

/** An order as the contract has it. */
export function toOrderMessage({ order, version }: StoredOrder): Order {
  return {
    id: order.id,
    customerId: order.customerId,
    state: OrderState[order.state],
    lines: order.lines.map(toLineMessage),
    total: toMessage(order.total),
    shippingAddress: { ...order.shipTo },
    cancelReason: order.cancelReason,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    etag: `"${version}"`,
  };
}
