import type { ReservationEnd } from './reservation.ts';

/** The states of an order, as the order service names them. */
export type OrderStateName = 'UNSPECIFIED' | 'PENDING_PAYMENT' | 'CONFIRMED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED' | 'REFUNDED';

const ENDS: Readonly<Record<OrderStateName, ReservationEnd | 'WAIT'>> = {
  // A state this version does not know: somebody newer will.
  UNSPECIFIED: 'WAIT',
  PENDING_PAYMENT: 'WAIT',
  CONFIRMED: 'COMMITTED',
  SHIPPED: 'COMMITTED',
  DELIVERED: 'COMMITTED',
  CANCELLED: 'RELEASED',
  REFUNDED: 'RELEASED',
};

/**
 * What becomes of a reservation whose time is up, by the state of its order. An order that nobody knows was never placed: its stock goes back.
 * An order that still waits for its payment keeps its stock and is asked about again.
 */
export function endOfExpired(order: OrderStateName | undefined): ReservationEnd | 'WAIT' {
  return order === undefined ? 'RELEASED' : ENDS[order];
}
