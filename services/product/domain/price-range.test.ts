import { describe, expect, it } from '@jest/globals';
import { priceRange } from './price-range.ts';

const inr = (units: bigint, nanos = 0) => ({ currencyCode: 'INR', units, nanos });

describe('a range of prices', () => {
  it('has the ends that are given, in the currency of the shop, both included', () => {
    expect(priceRange(undefined, undefined, 'INR')).toBeUndefined();
    expect(priceRange(inr(5n), undefined, 'INR')).toEqual({ currency: 'INR', min: 500n, max: 1_000_000_000_000n });
    expect(priceRange(undefined, inr(7n, 500_000_000), 'INR')).toEqual({ currency: 'INR', min: 0n, max: 750n });
    expect(priceRange({ currencyCode: '', units: 5n, nanos: 0 }, inr(5n), 'INR')).toEqual({ currency: 'INR', min: 500n, max: 500n });
  });

  it.each([
    ['another currency', { currencyCode: 'USD', units: 5n, nanos: 0 }, undefined, /min_price.currency_code: must be INR/],
    ['no currency at all', undefined, { currencyCode: 'rupees', units: 5n, nanos: 0 }, /max_price.currency_code/],
    ['less than nothing', inr(-1n), undefined, /min_price: must not be less than zero/],
    ['more than any price', undefined, inr(9_223_372_036_854_775_807n), /max_price: must be at most/],
    ['a fraction of a paisa', inr(1n, 1), undefined, /min_price.nanos/],
    ['an end below the beginning', inr(6n), inr(5n), /max_price: must not be less than min_price/],
  ])('with %s is refused', (_what, min, max, why) => {
    expect(() => priceRange(min, max, 'INR')).toThrow(why);
  });
});
