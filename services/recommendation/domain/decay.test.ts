import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addRank, decayed, rankOf, worthAt, type Rank } from './decay.ts';

const DAY = 86_400_000;
const HALF_LIFE = 14 * DAY;
const NOW = Date.parse('2026-03-01T00:00:00Z');

describe('a rank', () => {
  it.each([
    [0, 5],
    [1, 2.5],
    [2, 1.25],
    [10, 5 / 1024],
  ])('is worth half after each half-life: after %d of them, %d', (halfLives, worth) => {
    expect(worthAt(rankOf(5, NOW, HALF_LIFE), NOW + halfLives * HALF_LIFE, HALF_LIFE)).toBeCloseTo(worth, 9);
  });

  it('of two things is worth what both are worth', () => {
    const rank = addRank(rankOf(5, NOW, HALF_LIFE), rankOf(1, NOW - HALF_LIFE, HALF_LIFE));
    expect(worthAt(rank, NOW, HALF_LIFE)).toBeCloseTo(5.5, 9);
  });

  it('of nothing is worth nothing', () => {
    expect(worthAt(null, NOW, HALF_LIFE)).toBe(0);
  });

  it('stays finite and exact after a century with a half-life of a minute', () => {
    const late = NOW + 36_525 * DAY;
    const rank = addRank(rankOf(1, NOW, 60_000), rankOf(3, late, 60_000));
    expect(worthAt(rank, late, 60_000)).toBeCloseTo(3, 4);
  });

  const things = fc.array(fc.record({ weight: fc.constantFrom(1, 3, 5), age: fc.integer({ min: 0, max: 200 * DAY }) }), {
    minLength: 1,
    maxLength: 60,
  });
  const rankOfAll = (all: readonly { weight: number; age: number }[]): Rank | null =>
    all.reduce<Rank | null>((sum, { weight, age }) => addRank(sum, rankOf(weight, NOW - age, HALF_LIFE)), null);

  it('is the sum of all things decayed one by one, in whatever order they came', () => {
    fc.assert(
      fc.property(things, fc.func(fc.nat()), (all, order) => {
        const shuffled = all
          .map((thing, index) => ({ thing, key: order(index) }))
          .sort((a, b) => a.key - b.key)
          .map(({ thing }) => thing);
        const expected = all.reduce((sum, { weight, age }) => sum + decayed(weight, NOW - age, NOW, HALF_LIFE), 0);
        expect(worthAt(rankOfAll(all), NOW, HALF_LIFE) / expected).toBeCloseTo(1, 9);
        expect(worthAt(rankOfAll(shuffled), NOW, HALF_LIFE) / expected).toBeCloseTo(1, 9);
      }),
    );
  });

  it('sorts as the decayed sums do, now and later', () => {
    fc.assert(
      fc.property(things, things, fc.integer({ min: 0, max: 100 * DAY }), (a, b, later) => {
        const [x, y] = [rankOfAll(a), rankOfAll(b)];
        if (x === null || y === null || Math.abs(x - y) < 1e-6) return;
        expect(Math.sign(worthAt(x, NOW + later, HALF_LIFE) - worthAt(y, NOW + later, HALF_LIFE))).toBe(Math.sign(x - y));
      }),
    );
  });
});
