import { eventTypes } from '@shopverse/contracts/event-types';
import { permanent } from '@shopverse/mesh/events/trouble';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { endReservation } from '../store/reservation-repository.ts';
import { GROUP, type ConsumerDeps } from './deps.ts';

/**
 * An order will not be fulfilled: what is reserved for it goes back on the shelf. Goods that have left are no reservation any more and come back as a return;
 * an event that says otherwise becomes a dead letter.
 */
export function onOrderCancelled({ database, log, clock }: ConsumerDeps) {
  return onEventIn(database, GROUP, eventTypes['shopverse.order.v1.OrderCancelled'], async ({ orderId }, _event, tx) => {
    const ended = await endReservation(tx, { orderId, end: 'RELEASED', reason: 'order is cancelled' }, clock());
    if (ended === undefined) return log.info({ order_id: orderId }, 'cancelled order has no reservation');
    if (ended.reservation.state === 'COMMITTED')
      throw permanent(`The goods of order ${orderId} have left the stock; a return must bring them back.`);
  });
}
