import { describe, expect, it } from '@jest/globals';
import { addRank, rankOf, worthAt, type Rank } from './decay.ts';
import type { Interaction, InteractionKind } from './interaction.ts';
import { WEIGHTS } from './interaction.ts';
import { CATEGORY_SCORE, coOccurrence, cosines, mostSimilar } from './similarity.ts';

const HALF_LIFE = 86_400_000;
const NOW = Date.parse('2026-03-01T00:00:00Z');

/** Histories and the popularity they make, as the service keeps both. */
function shop(...histories: readonly Record<string, InteractionKind>[]) {
  const recents = histories.map((history, shopper) =>
    Object.entries(history).map(([productId, kind]): Interaction => ({
      eventId: `${shopper} ${productId}`,
      productId,
      kind,
      at: new Date(NOW),
    })),
  );
  const ranks = new Map<string, Rank>();
  for (const { productId, kind, at } of recents.flat()) {
    ranks.set(productId, addRank(ranks.get(productId) ?? null, rankOf(WEIGHTS[kind], at.getTime(), HALF_LIFE)));
  }
  const popularity = new Map([...ranks].map(([id, rank]) => [id, worthAt(rank, NOW, HALF_LIFE)]));
  const all = recents.map((recent) => ({ recent }));
  const similarTo = (id: string, support = 0) =>
    new Map(cosines(id, coOccurrence(id, all, NOW, HALF_LIFE), popularity, support).map(({ productId, score }) => [productId, score]));
  return { similarTo };
}

describe('the similarity of two products', () => {
  it('is 1 when the same shoppers were interested in both alike, and nothing when nobody was', () => {
    const { similarTo } = shop({ tea: 'ORDER', cup: 'ORDER' }, { tea: 'VIEW', cup: 'VIEW' }, { drill: 'ORDER' });
    expect(similarTo('tea').get('cup')).toBeCloseTo(1, 9);
    expect(similarTo('tea').has('drill')).toBe(false);
  });

  it('is the same both ways', () => {
    const { similarTo } = shop({ tea: 'ORDER', cup: 'VIEW' }, { tea: 'VIEW', cup: 'VIEW', drill: 'VIEW' }, { cup: 'ORDER' });
    expect(similarTo('tea').get('cup')).toBeCloseTo(similarTo('cup').get('tea') ?? NaN, 9);
    expect(similarTo('tea').get('cup')).toBeLessThan(1);
  });

  it('is less with what everybody buys than with what goes with it alone', () => {
    const { similarTo } = shop({ tea: 'ORDER', cup: 'ORDER', bag: 'ORDER' }, { bag: 'ORDER' }, { bag: 'ORDER', drill: 'ORDER' });
    const similar = similarTo('tea');
    expect(similar.get('cup')).toBeGreaterThan(similar.get('bag') ?? NaN);
  });

  it('counts half when there is as much behind it as is asked for, and more with more', () => {
    const { similarTo } = shop({ tea: 'ORDER', cup: 'ORDER' }, { tea: 'ORDER', cup: 'ORDER' });
    expect(similarTo('tea', 10).get('cup')).toBeCloseTo(0.5, 9);
    expect(similarTo('tea', 1).get('cup')).toBeCloseTo(10 / 11, 9);
  });
});

describe('the list of similar products', () => {
  it('is filled with products of the category, the most popular first, behind what shoppers tell', () => {
    const list = mostSimilar('tea', [{ productId: 'cup', score: 0.4 }], ['tea', 'coffee', 'cocoa'], 10);
    expect(list.map(({ productId }) => productId)).toEqual(['cup', 'coffee', 'cocoa']);
    expect(list[1]?.score).toBeLessThan(CATEGORY_SCORE);
    expect(list.map(({ mate }) => mate)).toEqual([undefined, true, true]);
  });

  it('is cut at its length', () => {
    expect(mostSimilar('tea', [], ['a', 'b', 'c'], 2).map(({ productId }) => productId)).toEqual(['a', 'b']);
  });
});
