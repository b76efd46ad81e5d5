import { eventTypes } from '@shopverse/contracts/event-types';
import { toMessage } from '@shopverse/mesh/money';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import type { PaymentEvent } from '../domain/payment-event.ts';

/** Publishes what happened to a payment with the transaction that made it happen. */
export function publishPaymentEvent(tx: Pick<Transaction, 'publish'>, event: PaymentEvent): void {
  const { paymentId, orderId, customerId, provider, at } = event;
  const about = { paymentId, orderId, customerId, provider, amount: toMessage(event.amount) };
  switch (event.kind) {
    case 'PaymentCreated':
      return tx.publish(eventTypes['shopverse.payment.v1.PaymentCreated'], { ...about, createdAt: at });
    case 'PaymentSucceeded':
      return tx.publish(eventTypes['shopverse.payment.v1.PaymentSucceeded'], { ...about, method: event.method, succeededAt: at });
    case 'PaymentFailed':
      return tx.publish(eventTypes['shopverse.payment.v1.PaymentFailed'], {
        ...about,
        method: event.method,
        reason: event.reason,
        failedAt: at,
      });
    case 'PaymentRefunded':
      return tx.publish(eventTypes['shopverse.payment.v1.PaymentRefunded'], {
        ...about,
        refundId: event.refundId,
        amount: toMessage(event.refunded),
        refundedTotal: toMessage(event.refundedTotal),
        captured: about.amount,
        reason: event.reason,
        refundedAt: at,
      });
  }
}
