import { describe, expect, it } from '@jest/globals';
import { meanOf, shareOf } from './mean.ts';

describe('a mean', () => {
  it.each([
    [0n, 0n, 0n],
    [10n, 4n, 3n],
    [9n, 4n, 2n],
    [5n, 3n, 2n],
    [4n, 3n, 1n],
    [-10n, 4n, -3n],
    [18_014_398_509_481_987n, 2n, 9_007_199_254_740_994n],
  ])('of %d by %d is %d', (sum, count, mean) => expect(meanOf(sum, count)).toBe(mean));
});

describe('a share', () => {
  it('is 0 of nothing', () => expect([shareOf(0n, 0n), shareOf(1n, 0n), shareOf(1n, 4n), shareOf(3n, 3n)]).toEqual([0, 0, 0.25, 1]));
});
