import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indexCategories } from './category-index.ts';
import { decide, type KnownProduct } from './import-decision.ts';
import { readRow, type ImportRow, type RawRow } from './import-row.ts';

const known: KnownProduct = {
  name: 'Steel kettle',
  description: 'Boils.',
  brand: 'Kavira',
  categoryId: 'kettles-id',
  price: { currency: 'INR', minor: 129_900n },
  imageUrls: ['https://a.example/1'],
  attributes: [{ key: 'colour', value: 'red' }],
  active: true,
  lowStockThreshold: undefined,
  onHand: 10n,
  reserved: 3n,
};
/** What an export says of it. */
const same = {
  name: 'Steel kettle',
  description: 'Boils.',
  brand: 'Kavira',
  category: 'kettles',
  price: '1299.00',
  currency: 'INR',
  stock: '10',
  image_urls: 'https://a.example/1',
  active: 'true',
  attributes: '{"colour":"red"}',
};

function row(raw: RawRow): ImportRow {
  const read = readRow({ sku: 'A-1', ...raw });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.row;
}
const decided = (raw: RawRow, product: KnownProduct | undefined = known) => {
  const one = row(raw);
  const categoryId = one.category === 'kettles' ? 'kettles-id' : one.category === 'pans' ? 'pans-id' : undefined;
  return decide(one, { known: product, categoryId, newId: () => 'new-id', at: new Date(0), currency: 'JPY' });
};

describe('a row of a product that is there', () => {
  it('that says what is so already changes nothing, whichever columns it has', () => {
    fc.assert(
      fc.property(fc.subarray(Object.entries(same)), (columns) => {
        expect(decided(Object.fromEntries(columns))).toEqual({ kind: 'unchanged' });
      }),
    );
  });

  it.each<[string, RawRow, object]>([
    ['name', { name: 'Copper kettle' }, { name: 'Copper kettle' }],
    ['brand, emptied', { brand: '' }, { brand: '' }],
    ['category', { category: 'pans' }, { categoryId: 'pans-id' }],
    ['price', { price: '1.5' }, { price: { currency: 'INR', minor: 150n } }],
    ['images, emptied', { image_urls: '' }, { imageUrls: [] }],
    ['being for sale', { active: 'FALSE' }, { active: false }],
    ['attributes, all of them', { attributes: { size: '5' } }, { attributes: [{ key: 'size', value: '5' }] }],
  ])('changes its %s and nothing else', (_what, raw, change) => {
    expect(decided({ ...same, ...raw })).toEqual({ kind: 'updated', details: { ...known, ...change }, onHand: undefined });
  });

  it('sets what is on hand, down to what is reserved', () => {
    expect(decided({ stock: '3' })).toEqual({ kind: 'updated', details: undefined, onHand: 3n });
    expect(decided({ stock: '2', name: 'Copper kettle' })).toEqual({ kind: 'refused', problems: [{ field: 'stock', message: expect.stringContaining('at least 3') }] });
  }); // prettier-ignore

  it.each<[string, RawRow, string]>([
    ['another currency', { currency: 'USD', price: '5' }, 'currency'],
    ['a price finer than its currency', { price: '5.001' }, 'price'],
    ['a price of nothing', { price: '0.00' }, 'price'],
    ['a category that there is not', { category: 'nowhere' }, 'category'],
    ['a name of blanks', { name: ' \u00a0' }, 'name'],
    ['an attribute that is no key', { attributes: '{"Colour!":"red"}' }, 'attributes[0].key'],
  ])('is refused for %s', (_what, raw, field) => {
    expect(decided(raw)).toEqual({ kind: 'refused', problems: [{ field, message: expect.any(String) }] });
  });
});

describe('a row of a new product', () => {
  const decidedNew = (raw: RawRow, currency = 'INR') => {
    const one = row(raw);
    return decide(one, { known: undefined, categoryId: one.category && 'kettles-id', newId: () => 'new-id', at: new Date(0), currency });
  };

  it('makes it, with what is usual where nothing is said', () => {
    expect(decidedNew({ name: 'Kettle', category: 'kettles', price: '5' }, 'JPY')).toEqual({
      kind: 'created',
      product: {
        id: 'new-id',
        sku: 'A-1',
        name: 'Kettle',
        description: '',
        brand: '',
        categoryId: 'kettles-id',
        price: { currency: 'JPY', minor: 5n },
        imageUrls: [],
        attributes: [],
        initialStock: 0n,
        active: true,
        createdAt: new Date(0),
      },
    }); // prettier-ignore
    expect(decidedNew({ ...same, active: 'false' })).toMatchObject({ product: { active: false, initialStock: 10n } });
  });

  it('names all that it lacks, and all that is too much', () => {
    expect(decidedNew({ stock: '1000000001' })).toMatchObject({
      problems: [{ field: 'name' }, { field: 'category' }, { field: 'price' }, { field: 'stock' }],
    });
    expect(decidedNew({ ...same, currency: 'USD' })).toMatchObject({
      problems: [{ field: 'currency', message: 'must be INR, or left out' }],
    });
  });
});

describe('the categories that files name', () => {
  const index = indexCategories([
    { id: '1', name: 'Home', slug: 'home', parentId: undefined },
    { id: '2', name: 'Kitchen', slug: 'kitchen', parentId: '1' },
    { id: '3', name: 'Pots & Pans', slug: 'pots', parentId: '2' },
    { id: '4', name: 'Kitchen', slug: 'kitchen-2', parentId: '1' },
  ]);

  it('are found by slug and by path, whatever its case and blanks', () => {
    for (const text of ['pots', 'POTS', 'Home > Kitchen > Pots & Pans', 'home>kitchen>pots & pans'])
      expect(index.find(text)).toMatchObject({ id: '3', names: 'Pots & Pans Kitchen Home' });
    expect(index.get('2')).toMatchObject({ slug: 'kitchen' });
  });

  it('are not guessed: neither by a path that two have, nor by a name that is no path', () => {
    for (const text of ['Home > Kitchen', 'Pots & Pans', '', '>', 'home > ']) expect(index.find(text)).toBeUndefined();
  });
});
