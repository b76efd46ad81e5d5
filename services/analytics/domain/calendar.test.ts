import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, type Stretch } from './calendar.ts';

const cut = (zone: string, stretch: Stretch, from: string, to: string) =>
  new Calendar(zone).cut({ from: new Date(from), to: new Date(to) }, stretch);
const starts = (...args: Parameters<typeof cut>) => cut(...args).map(({ from }) => from.toISOString());

describe('a time in a zone', () => {
  it.each<[string, Stretch, string, string, string, string[]]>([
    ['days', 'day', 'UTC', '2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z', ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z']],
    ['days of India', 'day', 'Asia/Kolkata', '2026-03-01T18:30:00Z', '2026-03-02T18:30:00.001Z', ['2026-03-01T18:30:00.000Z', '2026-03-02T18:30:00.000Z']],
    ['the day of a moment before midnight', 'day', 'Asia/Kolkata', '2026-03-01T18:29:59.999Z', '2026-03-01T18:30:00Z', ['2026-02-28T18:30:00.000Z']],
    ['a short and a long day', 'day', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z', ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']],
    ['a day that begins at one', 'day', 'America/Sao_Paulo', '2018-11-04T00:00:00Z', '2018-11-05T00:00:00Z', ['2018-11-03T03:00:00.000Z', '2018-11-04T03:00:00.000Z']],
    ['a day that never was', 'day', 'Pacific/Apia', '2011-12-29T10:00:00Z', '2012-01-01T09:59:00Z', ['2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z']],
    ['weeks from Monday on', 'week', 'UTC', '2026-03-01T12:00:00Z', '2026-03-09T00:00:00Z', ['2026-02-23T00:00:00.000Z', '2026-03-02T00:00:00.000Z']],
    ['months over a new year', 'month', 'UTC', '2025-12-31T23:00:00Z', '2026-02-01T00:00:01Z', ['2025-12-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z']],
    ['nothing', 'day', 'UTC', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', []],
  ])('is cut into %s', (_what, stretch, zone, from, to, expected) => expect(starts(zone, stretch, from, to)).toEqual(expected)); // prettier-ignore

  it('is covered without gap or overlap, whatever the zone', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const moment = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.constantFrom<Stretch>('day', 'week', 'month'), moment, fc.integer({ min: 1, max: 300 }), (zone, stretch, start, days) => {
        const range = { from: new Date(start), to: new Date(start + days * 86_400_000) };
        const stretches = new Calendar(zone).cut(range, stretch);
        expect(stretches[0]?.from.getTime()).toBeLessThanOrEqual(range.from.getTime());
        expect(stretches[0]?.to.getTime()).toBeGreaterThan(range.from.getTime());
        expect(stretches.at(-1)?.to.getTime()).toBeGreaterThanOrEqual(range.to.getTime());
        for (const [index, { to }] of stretches.slice(0, -1).entries()) expect(stretches[index + 1]?.from).toEqual(to);
      }),
    ); // prettier-ignore
  });

  it('has at most 400 stretches', () => {
    expect(cut('UTC', 'day', '2025-01-01T00:00:00Z', '2026-02-05T00:00:00Z')).toHaveLength(400);
    expect(() => cut('UTC', 'day', '2025-01-01T00:00:00Z', '2026-02-05T00:00:00.001Z')).toThrow('to: makes more than 400 days');
  });

  it.each(['', 'Mars/Olympus', '+05:30', '-08', "Asia/Kolkata' OR 1", 'a'.repeat(64)])('is refused in the zone %j', (zone) =>
    expect(() => new Calendar(zone)).toThrow(
      expect.objectContaining({ reason: 'INVALID_REQUEST', message: expect.stringContaining('time_zone') }),
    ),
  );
});
