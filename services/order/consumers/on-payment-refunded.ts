import { eventTypes } from '@shopverse/contracts/event-types';
import { fromMessage } from '@shopverse/mesh/money';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { changeOrder } from '../store/order-repository.ts';
import { settleUnwantedPayment } from '../store/unwanted-payments.ts';
import { GROUP, type ConsumerDeps } from './deps.ts';

/** Money went back: a cancelled order that has all of it back is refunded, any other shows it; money that no order could use is no longer owed. */
export function onPaymentRefunded({ database, log, clock }: ConsumerDeps) {
  return onEventIn(database, GROUP, eventTypes['shopverse.payment.v1.PaymentRefunded'], async (message, _event, tx) => {
    const { paymentId, orderId, refundId } = message;
    const captured = fromMessage(message.captured, 'captured');
    const refundedTotal = fromMessage(message.refundedTotal, 'refunded_total');
    const at = clock();
    const changed = await changeOrder(tx, orderId, (order) => order.paymentRefunded({ paymentId, refundId, captured, refundedTotal }, at));
    await settleUnwantedPayment(tx, { paymentId, refunded: refundedTotal, at });
    log.info({ order_id: orderId, payment_id: paymentId, refund_id: refundId, state: changed?.order.state }, 'payment refunded');
  });
}
