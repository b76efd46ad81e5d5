import { describe, expect, it } from '@jest/globals';
import { newProduct, type ProductDraft } from './product.ts';

const draft: ProductDraft = {
  sku: '',
  name: 'Steel kettle',
  description: '',
  brand: 'Kavira',
  categoryId: '0192f0c1-2345-7abc-8def-000000000001',
  price: { currency: 'INR', minor: 129_900n },
  imageUrls: [],
  attributes: [],
  initialStock: 3n,
};
const born = { id: '0192f0c1-2345-7abc-8def-0123456789ab', at: new Date(0), currency: 'INR' };

describe('a new product', () => {
  it('gets a SKU where it has none, and keeps its own', () => {
    expect(newProduct(draft, born).sku).toBe('STEEL-KETTLE-2PF2DB');
    expect(newProduct({ ...draft, sku: 'OWN-1' }, born).sku).toBe('OWN-1');
  });

  it('has tidy texts: one form of Unicode, no control characters, a name of one line', () => {
    const product = newProduct(
      { ...draft, name: '  Cafe\u0301\n press\u0000 ', description: ' Two\nlines.\u0007 ', brand: ' Ka\tvira ' },
      born,
    );
    expect([product.name, product.description, product.brand]).toEqual(['Café press', 'Two\nlines.', 'Ka vira']);
  });

  it.each([
    ['a name of blanks', { name: ' \t ' }, 'name'],
    ['a price in another currency', { price: { currency: 'USD', minor: 5n } }, 'price'],
    ['a price of nothing', { price: { currency: 'INR', minor: 0n } }, 'price'],
    ['a price below nothing', { price: { currency: 'INR', minor: -1n } }, 'price'],
    ['a price beyond any sense', { price: { currency: 'INR', minor: 10n ** 15n } }, 'price'],
  ])('is refused with %s', (_what, change, field) => {
    expect(() => newProduct({ ...draft, ...change }, born)).toThrow(
      expect.objectContaining({ reason: 'INVALID_REQUEST', options: { violations: [expect.objectContaining({ field })] } }),
    );
  });
});
