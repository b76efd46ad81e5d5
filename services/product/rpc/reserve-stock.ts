import type { Reservation, ReserveStockRequest } from '@shopverse/contracts/shopverse/product/v1/product_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { mergeLines, refusal, reservationEnded } from '../domain/reservation.ts';
import { reserve } from '../store/reservation-repository.ts';
import { toReservationMessage } from './reservation-message.ts';

/** What reserving needs. */
export interface ReserveStockDeps {
  readonly database: Postgres;
  /** Until the order service is asked about the reservation, in milliseconds. */
  readonly timeToLiveMs: number;
  readonly clock: () => Date;
  /** There are few of a product without a threshold of its own when no more than this can be ordered. */
  readonly lowAt: bigint;
}

/**
 * Sets stock aside for an order: all lines or none. The same order again answers the same reservation and gives it its full time again.
 * Errors: OUT_OF_STOCK (product_id, available), PRODUCT_NOT_FOUND, RESERVATION_ENDED.
 */
export function reserveStock({ database, timeToLiveMs, clock, lowAt }: ReserveStockDeps): UnaryHandler<ReserveStockRequest, Reservation> {
  return async ({ orderId, items }) => {
    const lines = mergeLines(items);
    const outcome = await database.transaction((tx) => reserve(tx, { orderId, lines, timeToLiveMs }, { at: clock(), lowAt }));
    if (outcome.kind === 'refused') throw refusal(outcome.obstacles);
    if (outcome.reservation.state !== 'ACTIVE') throw reservationEnded(orderId, outcome.reservation.state);
    return toReservationMessage(outcome.reservation);
  };
}
