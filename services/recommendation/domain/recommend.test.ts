import { describe, expect, it } from '@jest/globals';
import type { InteractionKind } from './interaction.ts';
import { filledUp, personal } from './recommend.ts';

describe('what somebody may like', () => {
  const similar = new Map([
    ['tea', [{ productId: 'cup', score: 0.8 }, { productId: 'pot', score: 0.4 }]],
    ['drill', [{ productId: 'screw', score: 0.9 }, { productId: 'pot', score: 0.1 }]],
  ]); // prettier-ignore

  const knowing = (interest: Record<string, number>, kinds: Record<string, InteractionKind> = {}) => ({
    interest: new Map(Object.entries(interest)),
    kinds: new Map(Object.entries(kinds)),
    similar,
  });

  it('is what is similar to what says most about them, and because of that', () => {
    const list = personal(knowing({ tea: 5, drill: 1 }, { tea: 'ORDER', drill: 'VIEW' }), new Set());
    expect(list).toEqual([
      { productId: 'cup', score: expect.closeTo(0.6667, 4), cause: { kind: 'BOUGHT', productId: 'tea' } },
      { productId: 'pot', score: expect.closeTo(0.35, 4), cause: { kind: 'BOUGHT', productId: 'tea' } },
      { productId: 'screw', score: expect.closeTo(0.15, 4), cause: { kind: 'VIEWED', productId: 'drill' } },
    ]);
  });

  it('is never what they just bought', () => {
    const list = personal(knowing({ tea: 1 }), new Set(['cup']));
    expect(list.map(({ productId }) => productId)).toEqual(['pot']);
  });
});

describe('a list that is filled up', () => {
  const popular = [
    { productId: 'bag', score: 90 },
    { productId: 'cup', score: 45 },
    { productId: 'hat', score: 9 },
  ];

  it('shows the rest in its order and below, nothing twice and nothing excepted', () => {
    const list = filledUp([{ productId: 'cup', score: 0.2 }], popular, new Set(['hat']));
    expect(list).toEqual([
      { productId: 'cup', score: 0.2 },
      { productId: 'bag', score: 0.1 },
    ]);
  });

  it('is the rest as it is when there is nothing before it', () => {
    expect(filledUp([], popular, new Set())).toEqual(popular);
  });

  it('does not mind that nobody was interested in the rest', () => {
    expect(filledUp([{ productId: 'cup', score: 0.2 }], [{ productId: 'new', score: 0 }], new Set())).toEqual([
      { productId: 'cup', score: 0.2 },
      { productId: 'new', score: 0 },
    ]);
  });
});
