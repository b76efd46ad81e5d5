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
