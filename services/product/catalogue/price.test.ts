import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { priceBetween } from './price.ts';

describe('a price of the catalogue', () => {
  it.each([
    [0, 49_900n],
    [0.5, 219_900n],
    [1, 999_900n],
  ])('is %d of the way between two', (share, paise) => expect(priceBetween([499, 9_999], share)).toBe(paise));

  it('lies between the two and ends in nine rupees', () => {
    const rupees = fc.integer({ min: 4, max: 6_000 }).map((tens) => tens * 10 + 9);
    fc.assert(
      fc.property(rupees, rupees, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const range: [number, number] = [Math.min(a, b), Math.max(a, b)];
        const paise = priceBetween(range, share);
        return paise >= BigInt(range[0]) * 100n && paise <= BigInt(range[1]) * 100n && paise % 1_000n === 900n;
      }),
    );
  });
});
