import { eventTypes } from '@shopverse/contracts/event-types';
import { toMessage } from '@shopverse/mesh/money';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import type { OrderEvent } from '../domain/order-event.ts';
import { toLineMessage } from './line-message.ts';

/** Publishes what happened to an order with the transaction that made it happen. */
export function publishOrderEvent(tx: Pick<Transaction, 'publish'>, event: OrderEvent): void {
  const { orderId, customerId, at } = event;
  const about = { orderId, customerId, lines: event.lines.map(toLineMessage), total: toMessage(event.total) };
  switch (event.kind) {
    case 'OrderPlaced':
      return tx.publish(eventTypes['shopverse.order.v1.OrderPlaced'], { ...about, placedAt: at });
    case 'OrderConfirmed':
      return tx.publish(eventTypes['shopverse.order.v1.OrderConfirmed'], { ...about, paymentId: event.paymentId, confirmedAt: at });
    case 'OrderShipped': {
      const { carrier, trackingNumber } = event;
      return tx.publish(eventTypes['shopverse.order.v1.OrderShipped'], { ...about, carrier, trackingNumber, shippedAt: at });
    }
    case 'OrderDelivered':
      return tx.publish(eventTypes['shopverse.order.v1.OrderDelivered'], { ...about, deliveredAt: at });
    case 'OrderCancelled': {
      const { reason, paymentId } = event;
      return tx.publish(eventTypes['shopverse.order.v1.OrderCancelled'], { ...about, reason, paymentId, cancelledAt: at });
    }
    case 'OrderRefunded':
      return tx.publish(eventTypes['shopverse.order.v1.OrderRefunded'], { ...about, paymentId: event.paymentId, refundedAt: at });
  }
}
