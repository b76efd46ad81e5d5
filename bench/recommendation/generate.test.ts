import { describe, expect, it } from '@jest/globals';
import { generate } from './generate.ts';
import { baskets, split } from './purchase-history.ts';

const FROM = Date.UTC(2025, 0, 1);
const options = { seed: 7, customers: 300, categories: 8, productsPerCategory: 20, from: FROM };
const history = generate(options);

describe('a generated history', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generate(options)).toEqual(history);
    expect(generate({ ...options, seed: 8 }).purchases).not.toEqual(history.purchases);
  });

  it('is in order, of things that there are at the time', () => {
    const since = new Map(history.items.map((item) => [item.id, item.since]));
    expect(history.purchases.length).toBeGreaterThan(1_000);
    for (const [index, { item, time }] of history.purchases.entries()) {
      expect(since.get(item)).toBeLessThan(time);
      expect(time).toBeGreaterThanOrEqual(history.purchases[index - 1]?.time ?? 0);
    }
  });

  it('has a long tail, and baskets of more than one thing', () => {
    const counts = new Map<string, number>();
    for (const { item } of history.purchases) counts.set(item, (counts.get(item) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    const ofTopTenth = sorted.slice(0, 16).reduce((sum, count) => sum + count, 0) / history.purchases.length;
    expect(ofTopTenth).toBeGreaterThan(0.2);
    expect(ofTopTenth).toBeLessThan(0.6);
    expect(history.purchases.length / baskets(history.purchases).length).toBeGreaterThan(1.5);
  });
});

describe('a history that is cut', () => {
  it('has all that was before the moment on one side, and what there was in the catalogue', () => {
    const { at, items, train, test } = split(history, 0.8);
    expect(train.length + test.length).toBe(history.purchases.length);
    expect(train.at(-1)?.time).toBeLessThan(at);
    expect(test[0]?.time).toBe(at);
    expect(train.length / history.purchases.length).toBeCloseTo(0.8, 1);
    expect(items.every(({ since }) => since < at)).toBe(true);
  });
});
