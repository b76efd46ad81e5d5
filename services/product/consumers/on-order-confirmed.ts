import { eventTypes } from '@shopverse/contracts/event-types';
import { permanent } from '@shopverse/mesh/events/trouble';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { commitReleased, endReservation } from '../store/reservation-repository.ts';
import { GROUP, type ConsumerDeps } from './deps.ts';

/**
 * An order is paid: its goods leave the stock. When they were given back before (the sweeper could not know of the order, say), they are taken again, unless
 * the order has been cancelled since; when they are no longer there, the event becomes a dead letter, to be replayed once there is stock. Nothing is ever sold that isn't there.
 */
export function onOrderConfirmed({ database, log, clock, lowAt }: ConsumerDeps) {
  return onEventIn(database, GROUP, eventTypes['shopverse.order.v1.OrderConfirmed'], async ({ orderId }, _event, tx) => {
    const ended = await endReservation(tx, { orderId, end: 'COMMITTED', reason: 'order is paid' }, clock());
    if (ended === undefined) return log.info({ order_id: orderId }, 'confirmed order has no reservation');
    if (ended.reservation.state !== 'RELEASED') return;
    const taken = await commitReleased(tx, orderId, 'order was paid after its release', { at: clock(), lowAt });
    if (taken?.kind === 'reservation' && !taken.changed) return log.info({ order_id: orderId }, 'confirmed order is cancelled by now');
    if (taken?.kind !== 'refused') return log.warn({ order_id: orderId }, 'released stock was taken again for a paid order');
    const short = taken.obstacles
      .map(({ productId, quantity, available }) => `${quantity} of ${productId} (${available} there)`)
      .join(', ');
    throw permanent(
      `Order ${orderId} was paid after its stock was released, and there is too little: ${short}. Add stock, then replay this event.`,
    );
  });
}
