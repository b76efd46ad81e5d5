import { eventTypes } from '@shopverse/contracts/event-types';
import { onEventIn } from '@shopverse/mesh/store/inbox';
import { giveAllBack } from '../settlement/give-back.ts';
import { waking, type ConsumerDeps } from './deps.ts';

/** What customers and books read, by why an order can't use the money. */
const REASONS: Readonly<Record<string, string>> = {
  ORDER_CANCELLED: 'The order was cancelled before the payment arrived.',
  PAID_BEFORE: 'The order was paid before.',
  AMOUNT_DIFFERS: 'The payment was not of the amount of the order.',
  ORDER_UNKNOWN: 'There is no order for this payment.',
};

/** Money was captured that its order can't use: it goes back. */
export function onOrderPaymentUnwanted({ database, log, clock, wake }: ConsumerDeps) {
  const type = eventTypes['shopverse.order.v1.OrderPaymentUnwanted'];
  const handler = onEventIn(database, 'payment', type, async ({ orderId, paymentId, reason }, _event, tx) => {
    const given = await giveAllBack(tx, paymentId, REASONS[reason] ?? 'The order could not use this payment.', clock());
    if (typeof given === 'string')
      log.warn({ order_id: orderId, payment_id: paymentId, outcome: given }, 'unwanted payment gives nothing back');
  });
  return waking(handler, wake);
}
