import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { noticeId } from './notice-id.ts';

const event = fc.record({
  eventId: fc.uuid(),
  userId: fc.uuid(),
  at: fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
});

describe("a notice's id", () => {
  it('is a UUIDv7, the same for the same event and recipient', () => {
    fc.assert(
      fc.property(event, (cause) => {
        const id = noticeId(cause);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(noticeId({ ...cause })).toBe(id);
      }),
    );
  });

  it('is another one for another event or recipient', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        fc.pre(a.eventId !== b.eventId && a.userId !== b.userId);
        expect(new Set([noticeId(a), noticeId({ ...a, userId: b.userId }), noticeId({ ...a, eventId: b.eventId })]).size).toBe(3);
      }),
    );
  });

  it('sorts by when the events happened', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        fc.pre(a.at.getTime() < b.at.getTime());
        expect(noticeId(a) < noticeId(b)).toBe(true);
      }),
    );
  });
});
