import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { worthAt } from './decay.ts';
import { created, deleted, interested, sellable, stockChanged, unknownProduct, updated, type Product } from './product.ts';

const HALF_LIVES = { popularMs: 14 * 86_400_000, trendingMs: 86_400_000 };
const NOW = Date.parse('2026-03-01T00:00:00Z');
const creation = (product: Product): Product =>
  created(product, { name: 'Kettle', categoryId: 'kitchen', listed: true, available: 3n, at: new Date(NOW) });

describe('a product', () => {
  it('may be recommended when it is known, listed and in stock', () => {
    expect(sellable(unknownProduct('p'))).toBe(false);
    expect(sellable(creation(unknownProduct('p')))).toBe(true);
    expect(
      sellable(created(unknownProduct('p'), { name: 'Kettle', categoryId: 'kitchen', listed: false, available: 3n, at: new Date(NOW) })),
    ).toBe(false);
    expect(sellable(stockChanged(creation(unknownProduct('p')), { available: 0n, version: 1n }))).toBe(false);
  });

  it('may not be recommended while it is withdrawn, and never once it is deleted', () => {
    const details = { name: 'Kettle', categoryId: 'kitchen' };
    const withdrawn = updated(creation(unknownProduct('p')), { ...details, listed: false, at: new Date(NOW) });
    expect(sellable(withdrawn)).toBe(false);
    expect(sellable(updated(withdrawn, { ...details, listed: true, at: new Date(NOW - 1) }))).toBe(false);
    const back = updated(withdrawn, { ...details, listed: true, at: new Date(NOW + 1) });
    expect(sellable(back)).toBe(true);
    expect(sellable(updated(deleted(back), { ...details, listed: true, at: new Date(NOW + 2) }))).toBe(false);
    expect(sellable(creation(deleted(unknownProduct('p'))))).toBe(false);
  });

  it('is the same however its creation, its stock changes, its updates and its end are repeated and mixed up', () => {
    const stock = fc.uniqueArray(fc.record({ available: fc.bigInt(0n, 3n), version: fc.bigInt(1n, 20n) }), {
      selector: ({ version }) => version,
      maxLength: 10,
    });
    const updates = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('Kettle', 'Pot'),
        categoryId: fc.constantFrom('kitchen', 'home'),
        listed: fc.boolean(),
        at: fc.integer({ min: 1, max: 50 }).map((ms) => new Date(ms)),
      }),
      { selector: ({ at }) => at.getTime(), maxLength: 5 },
    );
    fc.assert(
      fc.property(
        fc.tuple(stock, updates, fc.boolean()).chain(([changes, changed, ended]) => {
          const rules = [
            creation,
            ...changes.map((change) => (product: Product) => stockChanged(product, change)),
            ...changed.map((change) => (product: Product) => updated(product, change)),
            ...(ended ? [deleted] : []),
          ];
          return fc.tuple(fc.constant(rules), fc.shuffledSubarray([...rules, ...rules], { minLength: rules.length * 2 }));
        }),
        ([inOrder, delivered]) => {
          const after = (rules: readonly ((product: Product) => Product)[]) =>
            rules.reduce((product, rule) => rule(product), unknownProduct('p'));
          const newest = after(inOrder);
          expect(after(delivered)).toEqual(newest);
        },
      ),
    );
  });

  it('counts an event of a partition once, though it is handled again', () => {
    const interest = { kind: 'VIEW', at: new Date(NOW), eventId: 'e1', source: 'views/0' } as const;
    const once = interested(unknownProduct('p'), interest, HALF_LIVES);
    expect(interested(once, interest, HALF_LIVES)).toBe(once);
    const other = interested(once, { ...interest, kind: 'ORDER', eventId: 'e2', source: 'orders/1' }, HALF_LIVES);
    expect(interested(other, interest, HALF_LIVES)).toBe(other);
    expect(worthAt(other.popular, NOW, HALF_LIVES.popularMs)).toBeCloseTo(6, 9);
  });

  it('remembers one event a source', () => {
    const events = Array.from(
      { length: 50 },
      (_, index) => ({ kind: 'VIEW', at: new Date(NOW), eventId: `e${index}`, source: `views/${index % 3}` }) as const,
    );
    const product = events.reduce((before, event) => interested(before, event, HALF_LIVES), unknownProduct('p'));
    expect(product.counted).toHaveLength(3);
    expect(worthAt(product.trending, NOW, HALF_LIVES.trendingMs)).toBeCloseTo(50, 9);
  });
});
