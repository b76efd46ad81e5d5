import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { fromMessage } from '@shopverse/mesh/money';
import { rememberOpenedPayment } from '../store/opened-payments.ts';
import type { ConsumerDeps } from './deps.ts';

/** A payment was opened: its order shows it. Once more changes nothing, so the event needs no place in the inbox. */
export function onPaymentCreated({ database }: Pick<ConsumerDeps, 'database'>) {
  return onEvent(eventTypes['shopverse.payment.v1.PaymentCreated'], async ({ orderId, paymentId, amount }) => {
    const opened = { id: paymentId, amount: fromMessage(amount, 'amount'), method: '', captured: false, failed: false, refundedMinor: 0n };
    await rememberOpenedPayment(database.sql, orderId, opened);
  });
}
