import { ReservationState, type Reservation } from '@shopverse/contracts/shopverse/product/v1/product_service';
import type { StoredReservation } from '../store/reservation-repository.ts';

/** A reservation as it travels. */
export function toReservationMessage({ orderId, state, lines, expiresAt }: StoredReservation): Reservation {
  return { orderId, state: ReservationState[state], items: lines.map((line) => ({ ...line })), expiresAt };
}
