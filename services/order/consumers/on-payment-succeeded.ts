import { eventTypes } from '@shopverse/contracts/event-types';
import { fromMessage } from '@shopverse/mesh/money';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import type { PaymentOutcome } from '../domain/captured-payment.ts';
import { changeOrder } from '../store/order-repository.ts';
import { keepUnwantedPayment } from '../store/unwanted-payments.ts';
import { GROUP, type ConsumerDeps } from './deps.ts';

/**
 * The money for an order is there: the order is confirmed. Money that the order can't use (it was cancelled in the meantime, say) is written down as owed,
 * raises an alarm and is asked to be given back; the order stays as it is.
 */
export function onPaymentSucceeded({ database, log, clock }: ConsumerDeps) {
  return onEventIn(database, GROUP, eventTypes['shopverse.payment.v1.PaymentSucceeded'], async (message, _event, tx) => {
    const { paymentId, orderId, customerId, method } = message;
    const amount = fromMessage(message.amount, 'amount');
    const at = clock();
    const changed = await changeOrder(tx, orderId, (order) => order.acceptPayment({ paymentId, amount, method }, at));
    const outcome: PaymentOutcome = changed?.result ?? { kind: 'unwanted', reason: 'ORDER_UNKNOWN' };
    if (outcome.kind !== 'unwanted') return;
    const { reason } = outcome;
    if (await keepUnwantedPayment(tx, { paymentId, orderId, customerId, amount, reason, receivedAt: at }))
      log.error({ order_id: orderId, payment_id: paymentId, reason }, 'money received that no order can use');
  });
}
