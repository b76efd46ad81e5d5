import { describe, expect, it } from '@jest/globals';
import { generateEventTypes } from './event-types.ts';
import { compile } from './testing/workspace.ts';
import { eventTypes, topics } from '../gen/event-types.ts';
import type { EventMessage, EventType } from '../gen/event-types.ts';

const eventWith = (option: string): Readonly<Record<string, string>> => ({
  'ping/v1/ping_events.proto': `syntax = "proto3";
package shopverse.ping.v1;
import "shopverse/events/v1/event.proto";
message Pinged {
  option (shopverse.events.v1.event) = { ${option} };
  string ping_id = 1;
  int32 count = 2;
}`,
});

describe('generateEventTypes', () => {
  it.each([
    ['an event without a topic', 'aggregate: "ping", key: "ping_id"', /Pinged needs a topic and an aggregate/],
    ['an event without an aggregate', 'topic: "shopverse.ping.v1", key: "ping_id"', /Pinged needs a topic and an aggregate/],
    ['a key that is no field', 'topic: "shopverse.ping.v1", aggregate: "ping", key: "id"', /"id", must be a plain string field/],
    ['a key that is no string', 'topic: "shopverse.ping.v1", aggregate: "ping", key: "count"', /"count", must be a plain string field/],
  ])('refuses %s', async (_, option, sentence) => {
    const contracts = await compile(eventWith(option));
    expect(() => generateEventTypes(contracts)).toThrow(sentence);
  });
});

describe('eventTypes', () => {
  const viewed: EventMessage<'shopverse.product.v1.ProductViewed'> = { userId: 'u', productId: 'p', categoryId: '', viewedAt: new Date(0) };
  const type = eventTypes['shopverse.product.v1.ProductViewed'];

  it('encodes and decodes an event, and knows its key', () => {
    expect(type.key(viewed)).toBe('u');
    expect(type.codec.decode(type.codec.encode(viewed).finish())).toEqual(viewed);
  });

  it('lists every topic once', () => {
    const all: readonly EventType[] = Object.values(eventTypes);
    expect(topics).toEqual([...new Set(all.map(({ topic }) => topic))].sort());
  });
});
