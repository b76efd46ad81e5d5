import { describe, expect, it } from '@jest/globals';
import { limitOf, shown } from './shown.ts';

const candidates = Array.from({ length: 200 }, (_, index) => ({ productId: `p${index}`, score: 200 - index }));
const shop = (sellable: (index: number) => boolean) => {
  const reads: number[] = [];
  const products = {
    sellable: async (ids: readonly string[]) => {
      reads.push(ids.length);
      return ids.filter((id) => sellable(Number(id.slice(1)))).map((id) => ({ id, name: `name of ${id}` }));
    },
  };
  return { products, reads };
};

describe('the products shown', () => {
  it('are the best that can be ordered, found in one read when most can', async () => {
    const { products, reads } = shop((index) => index !== 1);
    expect(await shown({ products }, candidates, 2)).toEqual([
      { productId: 'p0', name: 'name of p0', score: 200 },
      { productId: 'p2', name: 'name of p2', score: 198 },
    ]);
    expect(reads).toEqual([12]);
  });

  it('are looked for further down when the best are sold out, but not without end', async () => {
    const rare = shop((index) => index >= 30);
    expect((await shown(rare, candidates, 3)).map(({ productId }) => productId)).toEqual(['p30', 'p31', 'p32']);
    expect(rare.reads).toEqual([13, 13, 13]);
    const none = shop(() => false);
    expect(await shown(none, candidates, 3)).toEqual([]);
    expect(none.reads).toHaveLength(5);
  });

  it('are none of none', async () => {
    const { products, reads } = shop(() => true);
    expect(await shown({ products }, [], 3)).toEqual([]);
    expect(reads).toEqual([]);
  });

  it('are ten when nothing else is asked for', () => {
    expect([limitOf({ limit: 0 }), limitOf({ limit: 7 })]).toEqual([10, 7]);
  });
});
