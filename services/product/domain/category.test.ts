import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { categoryName, checkPlace, MAX_DEPTH, slugOf, type TreeNode } from './category.ts';

const reasonOf = (run: () => void): string => {
  try {
    run();
    return 'OK';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};
/** Levels from the top down to a category; NaN when it never comes to the top. */
function levelOf(tree: readonly TreeNode[], id: string): number {
  let level = 0;
  for (let at: string | undefined = id; at !== undefined; at = tree.find((node) => node.id === at)?.parentId)
    if ((level += 1) > tree.length) return Number.NaN;
  return level;
}

describe('a category’s place', () => {
  const chain = Array.from({ length: MAX_DEPTH }, (_, index) => ({ id: `c${index}`, parentId: index === 0 ? undefined : `c${index - 1}` }));

  it('is below any other but itself and what is below it', () => {
    expect(reasonOf(() => checkPlace(chain, 'c2', 'c2'))).toBe('CATEGORY_CYCLE');
    expect(reasonOf(() => checkPlace(chain, 'c2', 'c5'))).toBe('CATEGORY_CYCLE');
    expect(reasonOf(() => checkPlace(chain, 'c2', 'c0'))).toBe('OK');
    expect(reasonOf(() => checkPlace(chain, 'c2', undefined))).toBe('OK');
    expect(reasonOf(() => checkPlace(chain, 'c2', 'nobody'))).toBe('CATEGORY_NOT_FOUND');
  });

  it('is not deeper than the tree may be, all that is below it included', () => {
    expect(reasonOf(() => checkPlace(chain, 'new', `c${MAX_DEPTH - 2}`))).toBe('OK');
    expect(reasonOf(() => checkPlace(chain, 'new', `c${MAX_DEPTH - 1}`))).toBe('CATEGORY_TOO_DEEP');
    const two = [...chain, { id: 'x', parentId: undefined }, { id: 'y', parentId: 'x' }];
    expect(reasonOf(() => checkPlace(two, 'x', `c${MAX_DEPTH - 2}`))).toBe('CATEGORY_TOO_DEEP');
    expect(reasonOf(() => checkPlace(two, 'x', `c${MAX_DEPTH - 3}`))).toBe('OK');
  });

  it('keeps a tree a tree whatever is moved where', () => {
    const index = fc.nat({ max: 14 });
    fc.assert(
      fc.property(fc.array(fc.tuple(index, fc.option(index, { nil: undefined })), { maxLength: 60 }), (moves) => {
        const tree: { id: string; parentId: string | undefined }[] = [];
        for (const [one, other] of moves) {
          const [id, parentId] = [`c${one}`, other === undefined ? undefined : `c${other}`];
          if (reasonOf(() => checkPlace(tree, id, parentId)) !== 'OK') continue;
          const node = tree.find((candidate) => candidate.id === id);
          if (node === undefined) tree.push({ id, parentId });
          else node.parentId = parentId;
        }
        for (const { id } of tree) expect(levelOf(tree, id)).toBeLessThanOrEqual(MAX_DEPTH);
      }),
    );
  });
});

describe('a category’s name and slug', () => {
  it.each([
    ['Kitchen & Knives', 'kitchen-knives'],
    ['  Café Größen ', 'cafe-gro-en'],
    ['रसोई', 'category-0123456789ab'],
    ['--', 'category-0123456789ab'],
  ])('of %j is %j', (name, slug) => {
    expect(slugOf(name, '01890000-0000-7000-8000-0123456789ab')).toBe(slug);
  });

  it('is one line with something to see in it', () => {
    expect(categoryName('name', ' Tea\n pots ')).toBe('Tea pots');
    for (const nothing of ['', ' ', '\u200b\u2060']) expect(reasonOf(() => categoryName('name', nothing))).toBe('INVALID_REQUEST');
  });
});
