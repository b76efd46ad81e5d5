import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import { permanent } from '@shopverse/mesh/events/trouble';
import { fromMessage, type MoneyMessage } from '@shopverse/mesh/money';
import type { EventFacts } from '../domain/event-row.ts';

type Reader<Name extends EventName> = (message: EventMessage<Name>, published: Date) => EventFacts;

const amountOf = (amount: MoneyMessage | undefined): { amount: ReturnType<typeof fromMessage> } => ({
  amount: fromMessage(amount, 'amount'),
});

/** How the events that figures are made of are read. Names, addresses and texts of people stay out. */
const readers: { readonly [Name in EventName]?: Reader<Name> } = {
  'shopverse.auth.v1.UserRegistered': (m, at) => ({ occurredAt: m.registeredAt ?? at, userId: m.userId }),
  'shopverse.auth.v1.UserLoggedIn': (m, at) => ({ occurredAt: m.loggedInAt ?? at, userId: m.userId }),
  'shopverse.order.v1.OrderPlaced': (m, at) => ({
    occurredAt: m.placedAt ?? at,
    userId: m.customerId,
    orderId: m.orderId,
    ...amountOf(m.total),
  }),
  'shopverse.order.v1.OrderConfirmed': (m, at) => ({
    occurredAt: m.confirmedAt ?? at,
    userId: m.customerId,
    orderId: m.orderId,
    paymentId: m.paymentId,
    ...amountOf(m.total),
    lines: m.lines.map((line, index) => ({
      productId: line.productId,
      name: line.name,
      units: line.quantity,
      total: fromMessage(line.total, `lines[${index}].total`),
    })),
  }),
  'shopverse.order.v1.OrderCancelled': (m, at) => ({
    occurredAt: m.cancelledAt ?? at,
    userId: m.customerId,
    orderId: m.orderId,
    ...amountOf(m.total),
  }),
  'shopverse.order.v1.OrderShipped': (m, at) => ({
    occurredAt: m.shippedAt ?? at,
    userId: m.customerId,
    orderId: m.orderId,
    ...amountOf(m.total),
  }),
  'shopverse.order.v1.OrderDelivered': (m, at) => ({
    occurredAt: m.deliveredAt ?? at,
    userId: m.customerId,
    orderId: m.orderId,
    ...amountOf(m.total),
  }),
  'shopverse.order.v1.OrderRefunded': (m, at) => ({
    occurredAt: m.refundedAt ?? at,
    userId: m.customerId,
    orderId: m.orderId,
    paymentId: m.paymentId,
    ...amountOf(m.total),
  }),
  'shopverse.order.v1.CartItemAdded': (m, at) => ({ occurredAt: m.addedAt ?? at, userId: m.userId, productId: m.productId }),
  'shopverse.payment.v1.PaymentCreated': (m, at) => ({ occurredAt: m.createdAt ?? at, ...payment(m) }),
  'shopverse.payment.v1.PaymentSucceeded': (m, at) => ({ occurredAt: m.succeededAt ?? at, ...payment(m), method: m.method }),
  'shopverse.payment.v1.PaymentFailed': (m, at) => ({ occurredAt: m.failedAt ?? at, ...payment(m), method: m.method }),
  'shopverse.payment.v1.PaymentRefunded': (m, at) => ({ occurredAt: m.refundedAt ?? at, ...payment(m), refundId: m.refundId }),
  'shopverse.product.v1.ProductViewed': (m, at) => ({ occurredAt: m.viewedAt ?? at, userId: m.userId, productId: m.productId }),
};

/** Every topic of the shop: of an event that no other figure is made of it is counted that it happened. */
export const topics: readonly string[] = [...new Set(Object.values(eventTypes).map(({ topic }) => topic))];

/**
 * What figures need of an event; undefined when it is of a type that nobody here knows. Of one that is only counted, nothing is read.
 *
 * @param published when the event was published, for one that doesn't say when it happened
 * @throws PermanentError when the bytes are no such message; Failure INVALID_REQUEST when an amount is missing or no money
 */
export function eventFacts(type: string, payload: Uint8Array, published: Date): EventFacts | undefined {
  const read: Reader<EventName> | undefined = Object.hasOwn(readers, type) ? readers[type as EventName] : undefined;
  if (read === undefined) return Object.hasOwn(eventTypes, type) ? { occurredAt: published } : undefined;
  return read(decode(type as EventName, payload), published);
}

function decode(type: EventName, payload: Uint8Array): EventMessage<EventName> {
  try {
    return eventTypes[type].codec.decode(payload);
  } catch (cause) {
    throw permanent(`The value is no ${type}.`, cause);
  }
}

function payment(m: { paymentId: string; orderId: string; customerId: string; amount: MoneyMessage | undefined; provider: string }) {
  return { paymentId: m.paymentId, orderId: m.orderId, userId: m.customerId, provider: m.provider, ...amountOf(m.amount) };
}
