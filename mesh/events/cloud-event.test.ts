import { describe, expect, it } from '@jest/globals';
import { fromMessage, toMessage, type CloudEvent } from './cloud-event.ts';
import type { IncomingMessage, OutgoingMessage } from './kafka.ts';

const event: CloudEvent = {
  id: '0198c0de-0000-7000-8000-000000000001',
  source: '/shopverse/order',
  type: 'shopverse.order.v1.OrderPlaced',
  subject: '0198c0de-0000-7000-8000-000000000002',
  time: new Date('2026-03-01T10:00:00.123Z'),
};

function travelled({ headers, key, ...message }: OutgoingMessage): IncomingMessage {
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]));
  return { ...message, key: Buffer.from(key ?? ''), headers: bytes, partition: 0, offset: '0' };
}

describe('an event on the wire', () => {
  const message = toMessage(event, { topic: 'shopverse.order.v1', payload: Buffer.from('order'), traceparent: undefined });

  it('carries its attributes as headers and its aggregate as key', () => {
    expect(message.key).toBe(event.subject);
    expect(message.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: '/shopverse/order',
      ce_type: 'shopverse.order.v1.OrderPlaced',
      ce_subject: event.subject,
      ce_time: '2026-03-01T10:00:00.123Z',
      'content-type': 'application/protobuf',
    });
  });

  it('is read as it was written', () => expect(fromMessage(travelled(message))).toEqual(event));

  it.each(['ce_id', 'ce_type', 'ce_time', 'ce_specversion'])('is no event without %s', (header) => {
    const { [header]: _left, ...headers } = message.headers;
    expect(fromMessage(travelled({ ...message, headers }))).toBeUndefined();
  });

  it('is about its key when it does not say what it is about', () => {
    const { ce_subject: _left, ...headers } = message.headers;
    expect(fromMessage(travelled({ ...message, headers }))).toEqual(event);
  });
});
