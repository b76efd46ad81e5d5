import { eventTypes } from '@shopverse/contracts/event-types';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { cancelReservation } from '../store/reservation-repository.ts';
import { GROUP, type ConsumerDeps } from './deps.ts';

/**
 * An order will not be fulfilled: what is reserved for it goes back on the shelf, and so do the goods of one that was paid, as a return. A cancelled order never
 * takes goods again, so it does not matter whether its confirmation comes before this or after.
 */
export function onOrderCancelled({ database, log, clock }: ConsumerDeps) {
  return onEventIn(database, GROUP, eventTypes['shopverse.order.v1.OrderCancelled'], async ({ orderId }, _event, tx) => {
    const ended = await cancelReservation(tx, orderId, 'order is cancelled', clock());
    if (ended === undefined) log.info({ order_id: orderId }, 'cancelled order has no reservation');
  });
}
