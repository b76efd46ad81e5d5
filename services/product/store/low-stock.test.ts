import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crosses } from './low-stock.ts';

describe('there being few of a product', () => {
  it('is said by exactly one of the takings that lead there, whatever their sizes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 50n }),
        fc.option(fc.bigInt({ min: 0n, max: 50n }), { nil: undefined }),
        fc.array(fc.bigInt({ min: 1n, max: 20n }), { maxLength: 30 }),
        (shop, threshold, quantities) => {
          const lowAt = threshold ?? shop;
          let available = 100n;
          let said = 0;
          for (const quantity of quantities.filter((wanted) => wanted > 0n)) {
            if (quantity > available) continue;
            available -= quantity;
            if (crosses({ quantity, available, threshold }, shop)) said += 1;
          }
          expect(said).toBe(available <= lowAt ? 1 : 0);
        },
      ),
    );
  });
});
