import { eventTypes } from '@shopverse/contracts/event-types';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { changeOrder } from '../store/order-repository.ts';
import type { ConsumerDeps } from './deps.ts';

/** A payment came to nothing: the order that waited for it is cancelled. One that is paid or cancelled by now stays as it is. */
export function onPaymentFailed({ database, log, clock }: ConsumerDeps) {
  return onEventIn(
    database,
    'order',
    eventTypes['shopverse.payment.v1.PaymentFailed'],
    async ({ orderId, paymentId, reason }, _event, tx) => {
      const changed = await changeOrder(tx, orderId, (order) => order.paymentFailed({ reason }, clock()));
      if (changed?.result !== true)
        log.info({ order_id: orderId, payment_id: paymentId, state: changed?.order.state }, 'failed payment changes nothing');
    },
  );
}
