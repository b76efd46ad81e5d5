import { OrderState, type Order } from '@shopverse/contracts/shopverse/order/v1/order';
import type {
  BatchGetOrderStatesRequest,
  BatchGetOrderStatesResponse,
  GetOrderForPaymentRequest,
  GetOrderRequest,
  OrderForPayment,
} from '@shopverse/contracts/shopverse/order/v1/order_service';
import { toMessage } from '@shopverse/mesh/money';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { findOrder, statesOf } from '../store/order-repository.ts';
import { toOrderMessage } from './order-message.ts';
import { orderNotFound, readOwnOrder } from './own-order.ts';

interface Deps {
  readonly database: Postgres;
}

/** One order: the caller's own, or any for an admin. Errors: ORDER_NOT_FOUND. */
export function getOrder({ database }: Deps): UnaryHandler<GetOrderRequest, Order> {
  return async ({ id }, call) => toOrderMessage(await database.read((em) => readOwnOrder(em, signedIn(call), id)));
}

/** What a payment needs to know of an order. Errors: ORDER_NOT_FOUND. */
export function getOrderForPayment({ database }: Deps): UnaryHandler<GetOrderForPaymentRequest, OrderForPayment> {
  return async ({ id }) => {
    const found = await database.read((em) => findOrder(em, id));
    if (found === undefined) throw orderNotFound(id);
    const { customerId, state, total } = found.order;
    return { id, customerId, state: OrderState[state], total: toMessage(total) };
  };
}

/** States of orders by id; unknown ids are left out. */
export function batchGetOrderStates({ database }: Deps): UnaryHandler<BatchGetOrderStatesRequest, BatchGetOrderStatesResponse> {
  return async ({ ids }) => {
    const found = await database.read((em) => statesOf(em, ids));
    return { orders: found.map(({ id, state }) => ({ id, state: OrderState[state] })) };
  };
}
