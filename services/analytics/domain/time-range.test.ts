import { describe, expect, it } from '@jest/globals';
import { boundedRange, openRange, possible } from './time-range.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const day = (text: string) => new Date(`${text}T00:00:00Z`);

describe('a time that is asked for', () => {
  it('is the last 30 days when nothing is said', () => {
    expect(boundedRange({}, NOW)).toEqual({ from: new Date('2026-02-08T12:00:00Z'), to: NOW });
    expect(boundedRange({ to: day('2026-01-31') }, NOW)).toEqual({ from: day('2026-01-01'), to: day('2026-01-31') });
    expect(boundedRange({ from: NOW, to: NOW }, NOW)).toEqual({ from: NOW, to: NOW });
  });

  it.each([
    ['ends before it begins', { from: NOW, to: day('2026-03-10') }],
    ['begins after now', { from: day('2027-01-01') }],
    ['is longer than ten years', { from: day('2010-01-01'), to: day('2026-01-01') }],
  ])('is refused when it %s', (_what, wanted) =>
    expect(() => boundedRange(wanted, NOW)).toThrow(expect.objectContaining({ reason: 'INVALID_REQUEST' })),
  );

  it('may be open on either side, and is looked at where something can have happened', () => {
    expect(openRange({ to: NOW })).toEqual({ from: new Date(1), to: NOW });
    expect(() => openRange({ from: NOW, to: day('2026-03-10') })).toThrow('to: must not be before from.');
    const ever = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };
    expect(possible(ever)).toEqual({ from: new Date(1), to: day('2200-01-01') });
  });
});
