import { Order as OrderMessage } from '@shopverse/contracts/shopverse/order/v1/order';
import { failure } from '@shopverse/mesh/failure';
import { signedIn, type Call } from '@shopverse/mesh/rpc/call';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Order } from '../domain/order.ts';
import type { Actor } from '../domain/order-history.ts';
import { changeOrder } from '../store/order-repository.ts';
import { etagOf, toOrderMessage } from './order-message.ts';
import { maySee, orderNotFound } from './own-order.ts';

/** What moving an order needs. */
export interface MoveOrderDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
}

/** Which order, and as it was when the caller decided; an empty etag stands for any. */
export interface OrderToMove {
  readonly id: string;
  readonly etag: string;
}

/**
 * Moves an order on behalf of the caller, once for an idempotency key, and answers the order as it is then.
 *
 * @throws Failure ORDER_NOT_FOUND, CONCURRENT_CHANGE (the etag is another), IDEMPOTENCY_KEY_REUSED, and what `move` throws
 */
export async function moveOrder(
  { database, clock }: MoveOrderDeps,
  call: Call,
  { id, etag }: OrderToMove,
  move: (order: Order, actor: Actor, at: Date) => void,
): Promise<OrderMessage> {
  const caller = signedIn(call);
  const actor: Actor = { kind: caller.role, id: caller.userId };
  return idempotent(database, call, { codec: OrderMessage }, (claim) =>
    database.transaction(async (tx) => {
      const moved = await changeOrder(tx, id, (order, version) => {
        if (!maySee(caller, order.snapshot)) throw orderNotFound(id);
        if (etag !== '' && etag !== etagOf(version)) {
          throw failure('CONCURRENT_CHANGE', 'The order has changed since you read it; read it again.', {
            order_id: id,
            etag: etagOf(version),
          });
        }
        move(order, actor, clock());
      });
      if (moved === undefined) throw orderNotFound(id);
      const answer = toOrderMessage(moved);
      await claim.complete(tx, answer);
      return answer;
    }),
  );
}
