import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountOf, decimalOf } from './decimal-amount.ts';

describe('an amount as people write it', () => {
  it.each([
    ['1299', 'INR', 129_900n],
    ['1299.5', 'INR', 129_950n],
    ['1299.00', 'INR', 129_900n],
    ['0.01', 'INR', 1n],
    ['1299.000', 'INR', 129_900n],
    ['1299', 'JPY', 1_299n],
    ['1299.0', 'JPY', 1_299n],
    ['1.234', 'KWD', 1_234n],
  ])('%s %s is read to the minor unit', (text, currency, minor) => {
    expect(amountOf(text, currency)).toEqual({ currency, minor });
  });

  it.each(['', '1,299.00', '-5', '+5', '1e3', '12.345', '.5', '5.', ' 5', '0x10', '₹5', '9'.repeat(16)])('%s is none in rupees', (text) => {
    expect(amountOf(text, 'INR')).toBeUndefined();
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.constantFrom('INR', 'JPY', 'KWD', 'CLF'), (minor, currency) => {
        expect(amountOf(decimalOf({ minor, currency }), currency)).toEqual({ minor, currency });
      }),
    );
  });
});
