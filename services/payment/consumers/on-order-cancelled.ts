import { eventTypes } from '@shopverse/contracts/event-types';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { giveAllBack } from '../settlement/give-back.ts';
import { closePaymentOf } from '../store/payment-repository.ts';
import { waking, type ConsumerDeps } from './deps.ts';

/**
 * An order will not be fulfilled. What was paid for it goes back; a payment that is still open has nobody to wait for. Should money turn up for it all the same, it
 * succeeds late, and the order service says that it is unwanted.
 */
export function onOrderCancelled({ database, log, clock, wake }: ConsumerDeps) {
  const handler = onEventIn(
    database,
    'payment',
    eventTypes['shopverse.order.v1.OrderCancelled'],
    async ({ orderId, paymentId }, _event, tx) => {
      if (paymentId === '') {
        await closePaymentOf(tx, orderId, 'The order was cancelled.', clock());
        return;
      }
      const given = await giveAllBack(tx, paymentId, 'The order was cancelled.', clock());
      if (typeof given === 'string')
        log.warn({ order_id: orderId, payment_id: paymentId, outcome: given }, 'cancelled order gives nothing back');
    },
  );
  return waking(handler, wake);
}
