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

  it('is only when it happened, of a type that is counted and no more', () => {
    expect(eventFacts('shopverse.product.v1.StockChanged', Buffer.from([0xff]), AT)).toEqual({ occurredAt: AT });
  });

  it('is through whom and how a payment was tried', () => {
    const payment = {
      paymentId: 'p',
      orderId: 'o',
      customerId: 'u',
      amount: { currencyCode: 'INR', units: 5n, nanos: 0 },
      provider: 'stripe',
    };
    const { codec } = eventTypes['shopverse.payment.v1.PaymentFailed'];
    const failed = codec.encode({ ...payment, reason: 'declined', method: 'card', failedAt: AT }).finish();
    expect(eventFacts('shopverse.payment.v1.PaymentFailed', failed, AT)).toMatchObject({ provider: 'stripe', method: 'card' });
  });

  it.each(['somebody.else.v1.Thing', 'toString', '__proto__', ''])('is nothing of the unknown type %j', (type) => {
    expect(eventFacts(type, new Uint8Array(), AT)).toBeUndefined();
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

  it('comes from every topic', () => {
    expect([...topics].sort()).toEqual(
      ['auth', 'interaction', 'order', 'payment', 'product', 'user'].map((name) => `shopverse.${name}.v1`),
    );
  });
});
