import type { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { cancelOrder } from './cancel-order.ts';
import { countOpenOrders } from './count-open-orders.ts';
import { createOrder, type CreateOrderDeps } from './create-order.ts';
import { batchGetOrderStates, getOrder, getOrderForPayment } from './get-order.ts';
import { listOrderHistory } from './list-order-history.ts';
import { listMyOrders, listOrders } from './list-orders.ts';
import { updateOrderStatus } from './update-order-status.ts';
import { watchOrder, type WatchOrderDeps } from './watch-order.ts';

/** The handlers of the order service. */
export function orderHandlers(deps: CreateOrderDeps & WatchOrderDeps): Handlers<typeof OrderServiceDefinition> {
  return {
    createOrder: createOrder(deps),
    getOrder: getOrder(deps),
    listMyOrders: listMyOrders(deps),
    listOrders: listOrders(deps),
    cancelOrder: cancelOrder(deps),
    updateOrderStatus: updateOrderStatus(deps),
    watchOrder: watchOrder(deps),
    listOrderHistory: listOrderHistory(deps),
    getOrderForPayment: getOrderForPayment(deps),
    batchGetOrderStates: batchGetOrderStates(deps),
    countOpenOrders: countOpenOrders(deps),
  };
}
