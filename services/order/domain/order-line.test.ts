import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineTotal, priceItems, refuseDuplicates, sameItems } from './order-line.ts';

const entry = (productId: string, minor = 100n, active = true) => ({
  productId,
  sku: `SKU-${productId}`,
  name: productId,
  price: { currency: 'INR', minor },
  active,
  available: 10n,
});
const catalogue = (...entries: readonly ReturnType<typeof entry>[]) => new Map(entries.map((one) => [one.productId, one]));

describe('the lines of an order', () => {
  it("take the catalogue's prices, in the order of the items", () => {
    const lines = priceItems([{ productId: 'b', quantity: 2 }, { productId: 'a', quantity: 1 }], catalogue(entry('a', 5n), entry('b', 7n))); // prettier-ignore
    expect(lines.map(({ productId, quantity, unitPrice }) => [productId, quantity, unitPrice.minor])).toEqual([
      ['b', 2, 7n],
      ['a', 1, 5n],
    ]);
  });

  it.each([
    ['is unknown', catalogue(entry('a'))],
    ['is not sold', catalogue(entry('a'), entry('b', 1n, false))],
  ])('are refused when a product %s', (_what, sold) => {
    expect(() => priceItems([{ productId: 'a', quantity: 1 }, { productId: 'b', quantity: 1 }], sold)).toThrow(
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
        const [line] = priceItems([{ productId: 'a', quantity }], catalogue(entry('a', minor)));
        expect(line === undefined ? undefined : lineTotal(line).minor).toBe(minor * BigInt(quantity));
      }),
    );
  });

  it('are the same for as much of the same products, in any order', () => {
    const a = { productId: 'a', quantity: 1 };
    const b = { productId: 'b', quantity: 2 };
    expect(sameItems([a, b], [b, a])).toBe(true);
    for (const other of [[a], [a, { ...b, quantity: 1 }], [a, { ...b, productId: 'c' }], []]) expect(sameItems([a, b], other)).toBe(false);
  });
});
