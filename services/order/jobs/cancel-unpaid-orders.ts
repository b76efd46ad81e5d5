import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { Actor } from '../domain/order-history.ts';
import { changeUnpaidOrders } from '../store/order-repository.ts';

/** What the job works with. */
export interface CancelUnpaidDeps {
  readonly database: Postgres;
  readonly log: Logger;
  readonly clock: () => Date;
  /** How long an order waits for its payment, in milliseconds. */
  readonly ttlMs: number;
}

/** Orders cancelled in one transaction. */
const BATCH = 50;
const JOB: Actor = { kind: 'SYSTEM', id: 'cancel-unpaid-orders' };

/** Cancels orders whose payment did not come in time. Replicas that run it at once share the work. */
export function cancelUnpaidOrders({ database, log, clock, ttlMs }: CancelUnpaidDeps): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    let cancelled = 0;
    for (let batch = BATCH; batch === BATCH && !signal.aborted; cancelled += batch) {
      const now = clock();
      const placedBefore = new Date(now.getTime() - ttlMs);
      batch = await database.transaction((tx) =>
        changeUnpaidOrders(tx, { placedBefore, limit: BATCH }, (order) =>
          order.cancel({ actor: JOB, reason: 'It was not paid in time.' }, now),
        ),
      );
    }
    if (cancelled > 0) log.info({ orders: cancelled }, 'unpaid orders cancelled');
  };
}
