import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { descending, diverse, withFresh } from './arrange.ts';

const categoryOf = (item: string) => item.slice(0, 1).replace('-', '');
const items = (category: string, count: number) => Array.from({ length: count }, (_, index) => `${category}${index}`);

describe('a diverse list', () => {
  it('shows no more of one category in ten than it may, best first, and the rest in the next ten', () => {
    const list = diverse([...items('a', 8), ...items('b', 8)], categoryOf, 6);
    expect(list.slice(0, 10)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'b0', 'b1', 'b2', 'b3']);
    expect(list.slice(10)).toEqual(['a6', 'a7', 'b4', 'b5', 'b6', 'b7']);
  });

  it('shows of one category what there is when there is no other', () => {
    expect(diverse(items('a', 12), categoryOf, 3)).toEqual(items('a', 12));
  });

  it('does not count what has no category', () => {
    expect(diverse(items('-', 12), categoryOf, 1)).toEqual(items('-', 12));
  });

  it('holds the same things', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 10 }), (list, most) => {
        expect(diverse(list, categoryOf, most).toSorted()).toEqual(list.toSorted());
      }),
    );
  });
});

describe('a list with something new in it', () => {
  const some = (...ids: readonly string[]) => ids.map((productId) => ({ productId }));

  it('shows one at every so many-th place while there are any, none twice', () => {
    const list = withFresh(some('a', 'b', 'c', 'd', 'e'), some('a', 'x', 'd'), 2);
    expect(list.map(({ productId }) => productId)).toEqual(['a', 'x', 'b', 'd', 'c', 'e']);
  });

  it('is the list when nothing new is wanted', () => {
    expect(withFresh(some('a', 'b'), some('x'), 0)).toEqual(some('a', 'b'));
  });
});

it('scores never rise', () => {
  expect(descending([{ score: 3 }, { score: 5 }, { score: 1 }])).toEqual([{ score: 3 }, { score: 3 }, { score: 1 }]);
});
