import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import type { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import { endOfExpired, type OrderStateName } from '../domain/expired-reservation.ts';
import { claimExpired, endReservation } from '../store/reservation-repository.ts';

/** What the job needs. */
export interface EndExpiredDeps {
  readonly database: Postgres;
  readonly orders: Pick<RpcClient<typeof OrderServiceDefinition>, 'batchGetOrderStates'>;
  /** Until a reservation is looked at again whose order still waits, in milliseconds. */
  readonly againMs: number;
  readonly log: Logger;
  readonly clock: () => Date;
}

/** As many orders as one question may name. */
const BATCH = 200;
/** Batches in one run; the next run goes on. */
const MAX_BATCHES = 25;

/**
 * Asks the order service about reservations whose time is up, and ends each as its order demands, so that a lost event heals by itself. Any number of
 * replicas may run it: each takes reservations of its own. When the order service is away the run fails, and its reservations wait for their next look.
 */
export function endExpiredReservations({ database, orders, againMs, log, clock }: EndExpiredDeps): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    for (let batch = 0; batch < MAX_BATCHES && !signal.aborted; batch += 1) {
      const expired = await claimExpired(database.sql, { limit: BATCH, againMs });
      if (expired.length === 0) return;
      const answer = await orders.batchGetOrderStates({ ids: expired.map(({ orderId }) => orderId) }, { signal });
      const states = new Map(answer.orders.map(({ id, state }) => [id, NAMES.get(state) ?? 'UNSPECIFIED']));
      for (const { orderId, dueAt } of expired) {
        const state = states.get(orderId);
        const end = endOfExpired(state);
        if (end === 'WAIT') continue;
        const reason = state === undefined ? 'reservation expired: no such order' : `reservation expired: order is ${state}`;
        const ended = await database.transaction((tx) => endReservation(tx, { orderId, end, reason, dueAt }, clock()));
        if (ended?.changed === true) log.warn({ order_id: orderId, order_state: state ?? 'none', end }, 'expired reservation was ended');
      }
      if (expired.length < BATCH) return;
    }
  };
}

const NAMES: ReadonlyMap<OrderState, OrderStateName> = new Map(
  Object.entries(OrderState).map(([name, state]) => [state, name as OrderStateName]),
);
