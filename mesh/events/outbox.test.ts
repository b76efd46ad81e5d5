import { describe, expect, it } from '@jest/globals';
import { eventTypes } from '@shopverse/contracts/event-types';
import { SessionRevoked } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import { outboxRow } from './outbox.ts';

const type = eventTypes['shopverse.auth.v1.SessionRevoked'];

describe('an event for the outbox', () => {
  it('says what it is, what it is about and where it goes', () => {
    const message = SessionRevoked.fromPartial({ userId: 'u1' });
    expect(outboxRow(type, message)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      aggregatetype: type.aggregate,
      aggregateid: 'u1',
      type: 'shopverse.auth.v1.SessionRevoked',
      topic: 'shopverse.auth.v1',
      payload: SessionRevoked.encode(message).finish(),
      traceparent: null,
    });
  });

  it('is refused when it is about nothing', () => {
    expect(() => outboxRow(type, SessionRevoked.fromPartial({}))).toThrow(
      "shopverse.auth.v1.SessionRevoked can't be published without the id of its account.",
    );
  });

  it('is refused when it would hold up all events behind it', () => {
    const huge = {
      ...type,
      codec: { encode: () => ({ finish: () => new Uint8Array(600 * 1024) }), decode: () => SessionRevoked.fromPartial({}) },
    };
    expect(() => outboxRow(huge, SessionRevoked.fromPartial({ userId: 'u1' }))).toThrow('too large');
  });
});
