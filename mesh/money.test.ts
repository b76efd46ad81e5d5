import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { add, equals, fromMessage, minorDigits, sum, times, toMessage, type Money } from './money.ts';

const currency = fc.constantFrom('INR', 'EUR', 'JPY', 'KWD', 'CLF');
const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const money: fc.Arbitrary<Money> = fc.record({ currency, minor });

describe('money', () => {
  it('comes back from the wire as it went', () => {
    fc.assert(fc.property(money, (amount) => equals(fromMessage(toMessage(amount), 'price'), amount)));
  });

  it('travels with units and nanos of one sign', () => {
    fc.assert(
      fc.property(money, (amount) => {
        const { units, nanos } = toMessage(amount);
        return Math.abs(nanos) < 1e9 && !(units > 0n && nanos < 0) && !(units < 0n && nanos > 0);
      }),
    );
  });

  it('adds like integers, in any order', () => {
    fc.assert(
      fc.property(currency, fc.array(minor, { minLength: 1, maxLength: 20 }), (code, minors) => {
        const amounts = minors.map((value) => ({ currency: code, minor: value }));
        const expected = minors.reduce((a, b) => a + b, 0n);
        return sum(amounts).minor === expected && sum(amounts.toReversed()).minor === expected;
      }),
    );
  });

  it('is the same multiplied as added up', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 1, max: 50 }), (amount, count) =>
        equals(times(amount, count), sum(Array.from({ length: count }, () => amount))),
      ),
    );
  });

  it('writes 1,299.50 rupees, 500 yen and 1.234 dinars as ISO 4217 has them', () => {
    expect(toMessage({ currency: 'INR', minor: 129_950n })).toEqual({ currencyCode: 'INR', units: 1299n, nanos: 500_000_000 });
    expect(toMessage({ currency: 'JPY', minor: 500n })).toEqual({ currencyCode: 'JPY', units: 500n, nanos: 0 });
    expect(toMessage({ currency: 'KWD', minor: 1234n })).toEqual({ currencyCode: 'KWD', units: 1n, nanos: 234_000_000 });
    expect(minorDigits('USD')).toBe(2);
  });

  it('refuses to add different currencies', () => {
    expect(() => add({ currency: 'INR', minor: 1n }, { currency: 'EUR', minor: 1n })).toThrow(
      expect.objectContaining({ reason: 'MIXED_CURRENCIES' }),
    );
  });

  it.each([
    ['nothing', undefined, 'price'],
    ['a lower-case currency', { currencyCode: 'inr', units: 1n, nanos: 0 }, 'price.currency_code'],
    ['parts that disagree in sign', { currencyCode: 'INR', units: 1n, nanos: -10_000_000 }, 'price.nanos'],
    ['half a paisa', { currencyCode: 'INR', units: 1n, nanos: 5_000_000 }, 'price.nanos'],
    ['a tenth of a yen', { currencyCode: 'JPY', units: 1n, nanos: 100_000_000 }, 'price.nanos'],
    ['more than a unit of nanos', { currencyCode: 'INR', units: 1n, nanos: 1_000_000_000 }, 'price.nanos'],
  ])('refuses %s, naming the field', (_what, message, field) => {
    expect(() => fromMessage(message, 'price')).toThrow(
      expect.objectContaining({ reason: 'INVALID_REQUEST', message: expect.stringContaining(field) }),
    );
  });
});
