import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTICE_KINDS } from './notice.ts';
import { channelsOf, DEFAULTS, faultOf, isAboutSecurity } from './preferences.ts';
import { quietUntil } from './quiet-hours.ts';

describe('preferences', () => {
  it('are that everything is told in every way, until something else is said', () => {
    for (const kind of NOTICE_KINDS) expect(channelsOf(DEFAULTS, kind)).toEqual({ inApp: true, mail: true });
  });

  it('never switch off a mail about the security of the account, whatever is stored', () => {
    const off = { inApp: false, mail: false };
    expect(channelsOf({ ...DEFAULTS, kinds: { LOGGED_IN: off, ORDER_PLACED: off } }, 'LOGGED_IN')).toEqual({ inApp: false, mail: true });
    expect(channelsOf({ ...DEFAULTS, kinds: { LOGGED_IN: off, ORDER_PLACED: off } }, 'ORDER_PLACED')).toEqual(off);
    expect(isAboutSecurity('ORDER_PLACED')).toBe(false);
  });

  const quiet = { start: '22:00', end: '07:00', timeZone: 'Asia/Kolkata' };
  it.each([
    ['a security mail', [{ kind: 'LOGGED_IN', inApp: true, mail: false }], quiet, 'preferences.kinds[0].mail'],
    ['a kind twice', [{ kind: 'ORDER_PLACED', inApp: true, mail: false }, { kind: 'ORDER_PLACED', inApp: true, mail: true }], quiet, 'preferences.kinds[1].kind'],
    ['a zone nobody knows', [], { ...quiet, timeZone: 'Asia/Nowhere' }, 'preferences.quiet_hours.time_zone'],
    ['a day without end', [], { ...quiet, end: '22:00' }, 'preferences.quiet_hours.end'],
    ['a time that is none', [], { ...quiet, end: '24:00' }, 'preferences.quiet_hours'],
  ] as const)('refuse %s, naming the field', (_, kinds, hours, field) => expect(faultOf(kinds, hours)).toMatchObject({ field })); // prettier-ignore

  it('allow the rest', () => expect(faultOf([{ kind: 'ORDER_PLACED', inApp: false, mail: false }], quiet)).toBeUndefined());
});

describe('quiet hours', () => {
  const night = { start: '22:00', end: '07:00', timeZone: 'Asia/Kolkata' };
  it.each([
    ['2026-01-10T16:29:59Z', undefined],
    ['2026-01-10T16:30:00Z', '2026-01-11T01:30:00.000Z'],
    ['2026-01-10T20:00:31Z', '2026-01-11T01:30:00.000Z'],
    ['2026-01-11T01:29:59Z', '2026-01-11T01:30:00.000Z'],
    ['2026-01-11T01:30:00Z', undefined],
  ])('at %s last until %s', (now, until) => expect(quietUntil(new Date(now), night)?.toISOString()).toBe(until));

  it('by day', () => {
    const noon = { start: '12:00', end: '13:00', timeZone: 'UTC' };
    expect(quietUntil(new Date('2026-01-10T12:59:00Z'), noon)?.toISOString()).toBe('2026-01-10T13:00:00.000Z');
    expect(quietUntil(new Date('2026-01-10T13:00:00Z'), noon)).toBeUndefined();
  });

  it('always end within a day, at a time that is not quiet where clocks never change', () => {
    const time = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`); // prettier-ignore
    const now = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(time, time, now, (start, end, at) => {
        fc.pre(start !== end);
        const hours = { start, end, timeZone: 'Asia/Kolkata' };
        const until = quietUntil(at, hours);
        if (until === undefined) return;
        expect(until.getTime()).toBeGreaterThan(at.getTime());
        expect(until.getTime() - at.getTime()).toBeLessThanOrEqual(24 * 3_600_000);
        expect(quietUntil(until, hours)).toBeUndefined();
      }),
    );
  });
});
