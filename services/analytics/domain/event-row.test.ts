import { describe, expect, it } from '@jest/globals';
import { eventRow } from './event-row.ts';
import { utcDay } from './utc-day.ts';

const origin = { id: 'e', type: 't', time: new Date('2026-01-31T13:14:15.678Z') };

describe("an event's row", () => {
  it('says moments in UTC to the millisecond, and whole numbers as texts, exactly', () => {
    const total = { currency: 'INR', minor: 9_007_199_254_740_993n };
    const row = eventRow(origin, {
      occurredAt: origin.time,
      orderId: 'o',
      amount: total,
      lines: [{ productId: 'p', name: 'Cup', units: 3, total }],
    });
    expect(row).toMatchObject({
      event_id: 'e',
      time: '2026-01-31 13:14:15.678',
      occurred_at: '2026-01-31 13:14:15.678',
      order_id: 'o',
      currency: 'INR',
      amount_minor: '9007199254740993',
      'lines.product_id': ['p'],
      'lines.units': ['3'],
      'lines.revenue_minor': ['9007199254740993'],
    });
  });

  it('has an empty value for what the event does not say', () => {
    expect(eventRow(origin, { occurredAt: origin.time })).toMatchObject({
      user_id: '',
      payment_id: '',
      amount_minor: '0',
      currency: '',
      'lines.name': [],
    });
  });
});

describe('a day', () => {
  it.each([
    ['2026-01-31T00:00:00.000Z', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T23:59:59.999Z', '2026-01-31T00:00:00.000Z'],
    ['2026-02-01T03:00:00.000+05:30', '2026-01-31T00:00:00.000Z'],
  ])('that %s is in begins at %s', (at, beginning) => expect(utcDay(new Date(at)).toISOString()).toBe(beginning));
});
