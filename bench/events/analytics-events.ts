import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import type { BatchedEvent } from '@shopverse/mesh/events/consume-batches';
import { newId } from '@shopverse/mesh/ids';

/** Events as a shop makes them: for each paid order two looks and something in the cart. */
export function analyticsEvents(count: number): BatchedEvent[] {
  const events: BatchedEvent[] = [];
  while (events.length < count) events.push(...sale());
  return events.slice(0, count);
}

function sale(): BatchedEvent[] {
  const [orderId, customerId, paymentId, productId] = [newId(), newId(), newId(), newId()];
  const at = new Date();
  const total = { currencyCode: 'INR', units: 1299n, nanos: 0 };
  const line = { productId, sku: 'KITCHEN-0001', name: 'Kavira 5-piece non-stick cookware set', quantity: 2, unitPrice: total, total };
  const order = { orderId, customerId, lines: [line, line], total };
  const payment = { paymentId, orderId, customerId, amount: total, provider: 'razorpay' };
  const view = { userId: customerId, productId, categoryId: '', viewedAt: at };
  return [
    event('shopverse.product.v1.ProductViewed', view, customerId),
    event('shopverse.product.v1.ProductViewed', view, customerId),
    event('shopverse.order.v1.CartItemAdded', { userId: customerId, productId, quantity: 2, addedAt: at }, customerId),
    event('shopverse.order.v1.OrderPlaced', { ...order, placedAt: at }, orderId),
    event('shopverse.payment.v1.PaymentCreated', { ...payment, createdAt: at }, orderId),
    event('shopverse.payment.v1.PaymentSucceeded', { ...payment, method: 'upi', succeededAt: at }, orderId),
    event('shopverse.order.v1.OrderConfirmed', { ...order, paymentId, confirmedAt: at }, orderId),
  ];
}

function event<Name extends EventName>(type: Name, message: EventMessage<Name>, subject: string): BatchedEvent {
  const { codec, topic } = eventTypes[type] as unknown as { topic: string; codec: { encode(m: object): { finish(): Uint8Array } } };
  const about = { id: newId(), type, time: new Date(), source: '/shopverse/bench', subject };
  return { ...about, topic, partition: 0, offset: '0', payload: codec.encode(message).finish() };
}
