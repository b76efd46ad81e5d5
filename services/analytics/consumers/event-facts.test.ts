import { describe, expect, it } from '@jest/globals';
import { eventTypes } from '@shopverse/contracts/event-types';
import { eventFacts, topics } from './event-facts.ts';

const AT = new Date('2026-01-31T13:14:15.678Z');

describe('what figures need of an event', () => {
  it('is nothing personal', () => {
    const payload = eventTypes['shopverse.auth.v1.UserRegistered'].codec
      .encode({ userId: 'u', email: 'asha@people.example', fullName: 'Asha Rao', registeredAt: AT })
      .finish();
    expect(eventFacts('shopverse.auth.v1.UserRegistered', payload, AT)).toEqual({ userId: 'u', occurredAt: AT });
  });

  it('is when each thing happened to an order, and what was put into a cart', () => {
    const about = { orderId: 'o', customerId: 'u', lines: [], total: { currencyCode: 'INR', units: 5n, nanos: 0 } };
    const order = { occurredAt: AT, userId: 'u', orderId: 'o', amount: { currency: 'INR', minor: 500n } };
    const { codec: shipped } = eventTypes['shopverse.order.v1.OrderShipped'];
    const { codec: delivered } = eventTypes['shopverse.order.v1.OrderDelivered'];
    const { codec: refunded } = eventTypes['shopverse.order.v1.OrderRefunded'];
    const { codec: added } = eventTypes['shopverse.order.v1.CartItemAdded'];
    const later = new Date(0);
    const facts = [
      eventFacts(
        'shopverse.order.v1.OrderShipped',
        shipped.encode({ ...about, carrier: 'c', trackingNumber: 't', shippedAt: AT }).finish(),
        later,
      ),
      eventFacts('shopverse.order.v1.OrderDelivered', delivered.encode({ ...about, deliveredAt: AT }).finish(), later),
      eventFacts('shopverse.order.v1.OrderRefunded', refunded.encode({ ...about, paymentId: 'p', refundedAt: AT }).finish(), later),
      eventFacts(
        'shopverse.order.v1.CartItemAdded',
        added.encode({ userId: 'u', productId: 'x', quantity: 2, addedAt: AT }).finish(),
        later,
      ),
    ];
    expect(facts).toEqual([order, order, { ...order, paymentId: 'p' }, { occurredAt: AT, userId: 'u', productId: 'x' }]);
  });

  it('is nothing of a type that no figure is made of', () => {
    expect(eventFacts('shopverse.auth.v1.SessionRevoked', new Uint8Array(), AT)).toBeUndefined();
    expect(eventFacts('somebody.else.v1.Thing', new Uint8Array(), AT)).toBeUndefined();
  });

  it('names the amount that is missing', () => {
    const payload = eventTypes['shopverse.order.v1.OrderPlaced'].codec
      .encode({ orderId: 'o', customerId: 'u', lines: [], total: undefined, placedAt: AT })
      .finish();
    expect(() => eventFacts('shopverse.order.v1.OrderPlaced', payload, AT)).toThrow('amount: is required');
  });

  it('can never be read from bytes that are no such message', () => {
    expect(() => eventFacts('shopverse.order.v1.OrderPlaced', Buffer.from([0xff, 0xff]), AT)).toThrow(
      expect.objectContaining({ name: 'PermanentError' }),
    );
  });

  it('comes from four topics', () => {
    expect([...topics].sort()).toEqual(['shopverse.auth.v1', 'shopverse.interaction.v1', 'shopverse.order.v1', 'shopverse.payment.v1']);
  });
});
