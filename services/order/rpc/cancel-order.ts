import type { Order } from '@shopverse/contracts/shopverse/order/v1/order';
import type { CancelOrderRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { changeOrder } from '../store/order-repository.ts';
import { toOrderMessage } from './order-message.ts';
import { maySee, orderNotFound } from './own-order.ts';

/**
 * Cancels an order that is not paid: the caller's own, or any for an admin. Its stock goes back by the event. Errors: ORDER_NOT_FOUND,
 * ORDER_STATE.
 */
export function cancelOrder({
  database,
  clock,
}: {
  readonly database: Postgres;
  readonly clock: () => Date;
}): UnaryHandler<CancelOrderRequest, Order> {
  return async ({ id, reason }, call) => {
    const caller = signedIn(call);
    const actor = { kind: caller.role, id: caller.userId };
    return database.transaction(async (tx) => {
      const cancelled = await changeOrder(tx, id, (order) => {
        if (!maySee(caller, order.snapshot)) throw orderNotFound(id);
        order.cancelUnpaid({ actor, reason: reason === '' ? DEFAULT_REASON[caller.role] : reason }, clock());
      });
      if (cancelled === undefined) throw orderNotFound(id);
      return toOrderMessage(cancelled);
    });
  };
}

const DEFAULT_REASON = { CUSTOMER: 'Cancelled by the customer.', ADMIN: 'Cancelled by the shop.' } as const;
