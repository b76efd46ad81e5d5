import type {
  CommitReservationRequest,
  ReleaseReservationRequest,
  Reservation,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { reservationEnded, reservationNotFound, type ReservationEnd } from '../domain/reservation.ts';
import { endReservation } from '../store/reservation-repository.ts';
import { toReservationMessage } from './reservation-message.ts';

/** What ending a reservation needs. */
export interface EndReservationDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
}

/** Takes reserved stock out of the shop: it is sold. Again changes nothing. Errors: RESERVATION_NOT_FOUND, RESERVATION_ENDED. */
export function commitReservation(deps: EndReservationDeps): UnaryHandler<CommitReservationRequest, Reservation> {
  return ended(deps, 'COMMITTED', 'order is paid');
}

/** Puts reserved stock back. Again changes nothing. Errors: RESERVATION_NOT_FOUND, RESERVATION_ENDED. */
export function releaseReservation(deps: EndReservationDeps): UnaryHandler<ReleaseReservationRequest, Reservation> {
  return ended(deps, 'RELEASED', 'order did not come about');
}

function ended(
  { database, clock }: EndReservationDeps,
  end: ReservationEnd,
  reason: string,
): UnaryHandler<{ readonly orderId: string }, Reservation> {
  return async ({ orderId }) => {
    const outcome = await database.transaction((tx) => endReservation(tx, { orderId, end, reason }, clock()));
    if (outcome === undefined) throw reservationNotFound(orderId);
    const { reservation } = outcome;
    if (reservation.state !== end) throw reservationEnded(orderId, reservation.state);
    return toReservationMessage(reservation);
  };
}
