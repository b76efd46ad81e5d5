import { eventTypes } from '@shopverse/contracts/event-types';
import { fromMessage } from '@shopverse/mesh/money';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { changeOrder } from '../store/order-repository.ts';
import { GROUP, type ConsumerDeps } from './deps.ts';

/** A payment came to nothing: the order that waited for it is cancelled. One that is paid or cancelled by now stays as it is. */
export function onPaymentFailed({ database, log, clock }: ConsumerDeps) {
  return onEventIn(database, GROUP, eventTypes['shopverse.payment.v1.PaymentFailed'], async (message, _event, tx) => {
    const { orderId, paymentId, reason } = message;
    const amount = fromMessage(message.amount, 'amount');
    const changed = await changeOrder(tx, orderId, (order) => order.paymentFailed({ paymentId, amount, reason }, clock()));
    if (changed?.result !== true)
      log.info({ order_id: orderId, payment_id: paymentId, state: changed?.order.state }, 'failed payment changes nothing');
  });
}
