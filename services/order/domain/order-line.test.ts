import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineTotal, priceItems, refuseDuplicates } from './order-line.ts';

const entry = (productId: string, minor = 100n, active = true) => ({
  productId,
  sku: `SKU-${productId}`,
  name: productId,
  price: { currency: 'INR', minor },
  active,
});

describe('the lines of an order', () => {
  it("take the catalogue's prices, in the order of the items", () => {
    const lines = priceItems([{ productId: 'b', quantity: 2 }, { productId: 'a', quantity: 1 }], [entry('a', 5n), entry('b', 7n)]); // prettier-ignore
    expect(lines.map(({ productId, quantity, unitPrice }) => [productId, quantity, unitPrice.minor])).toEqual([
      ['b', 2, 7n],
      ['a', 1, 5n],
    ]);
  });

  it.each([
    ['is unknown', [entry('a')]],
    ['is not sold', [entry('a'), entry('b', 1n, false)]],
  ])('are refused when a product %s', (_what, catalogue) => {
    expect(() => priceItems([{ productId: 'a', quantity: 1 }, { productId: 'b', quantity: 1 }], catalogue)).toThrow(
      expect.objectContaining({ reason: 'PRODUCT_NOT_FOUND', options: { metadata: { product_id: 'b' } } }),
    ); // prettier-ignore
  });

  it('are refused when a product stands in two items, by the name of the later one, whatever the case of its id', () => {
    const items = ['a', 'b', 'A'].map((productId) => ({ productId, quantity: 1 }));
    expect(() => refuseDuplicates(items)).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        options: { violations: [{ field: 'items[2].product_id', message: expect.stringContaining('items[0]') }] },
      }),
    );
    expect(() => refuseDuplicates(items.slice(0, 2))).not.toThrow();
  });

  it('cost quantity times price, to the last minor unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 1, max: 1000 }), (minor, quantity) => {
        const [line] = priceItems([{ productId: 'a', quantity }], [entry('a', minor)]);
        expect(line === undefined ? undefined : lineTotal(line).minor).toBe(minor * BigInt(quantity));
      }),
    );
  });
});
