import type { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import { publishStockChanges } from '../rpc/stock-events.ts';
import { end, extend, overdue } from '../store/reservation-repository.ts';
import type { ProductDatabase } from '../store/tables.ts';

interface Deps {
  readonly database: ProductDatabase;
  readonly orders: Pick<RpcClient<typeof OrderServiceDefinition>, 'batchGetOrderStates'>;
  readonly clock: () => Date;
  readonly ttlMs: number;
  readonly batch: number;
}

const PAID: ReadonlySet<OrderState> = new Set([OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED]);

/**
 * Ends reservations that nothing ended in their time, as their order says: paid, commit; still waiting, more time; cancelled or unknown, release. So a
 * lost step of a checkout heals itself. Several replicas may run it: each end is conditional on the reservation being as it was found.
 */
export function endOverdueReservations({ database, orders, clock, ttlMs, batch }: Deps): () => Promise<void> {
  return async () => {
    const late = await overdue(database.sql, batch);
    if (late.length === 0) return;
    const answer = await orders.batchGetOrderStates({ ids: late.map(({ order_id: id }) => id) });
    const states = new Map(answer.orders.map(({ id, state }) => [id, state]));
    const waiting = late.filter(({ order_id: id }) => states.get(id) === OrderState.PENDING_PAYMENT).map(({ order_id: id }) => id);
    if (waiting.length > 0) await extend(database.sql, waiting, ttlMs);
    for (const { order_id: id, expires_at: dueAt } of late) {
      if (waiting.includes(id)) continue;
      const state = PAID.has(states.get(id) ?? OrderState.UNSPECIFIED) ? 'COMMITTED' : 'RELEASED';
      await database.transaction(async (tx) => publishStockChanges(tx, await end(tx.sql, id, state, 'overdue', dueAt), clock()));
    }
  };
}
