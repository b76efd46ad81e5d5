import { describe, expect, it } from '@jest/globals';
import { RecommendationReasonKind } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import type { Suggestion } from '../domain/recommend.ts';
import type { ProductDetails } from '../store/product-store.ts';
import { limitOf, shown } from './shown.ts';

const candidates = Array.from({ length: 200 }, (_, index): Suggestion => ({ productId: `p${index}`, score: 200 - index, cause: { kind: 'POPULAR_IN_CATEGORY' } })); // prettier-ignore
const detailsOf = (id: string, sellable: boolean): ProductDetails => ({
  id,
  name: `name of ${id}`,
  categoryId: 'c',
  sellable,
  offered: true,
  deleted: false,
  popular: null,
});
const shop = (sellable: (index: number) => boolean) => {
  const reads: number[] = [];
  const detailed = (ids: readonly string[]) => new Map(ids.map((id) => [id, detailsOf(id, sellable(Number(id.slice(1))))]));
  const products = {
    details: async (ids: readonly string[]) => {
      reads.push(ids.length);
      return detailed(ids);
    },
  };
  return { products, reads, detailed, categories: { nameOf: () => 'Kitchen' } };
};

describe('the products shown', () => {
  it('are the best that can be ordered, with their reasons, found in one read when most can', async () => {
    const { reads, ...deps } = shop((index) => index !== 1);
    const reason = { kind: RecommendationReasonKind.POPULAR_IN_CATEGORY, productId: '', productName: '', categoryId: 'c', categoryName: 'Kitchen', text: 'Popular in Kitchen' }; // prettier-ignore
    expect(await shown(deps, candidates, 2)).toEqual([
      { productId: 'p0', name: 'name of p0', score: 200, reason },
      { productId: 'p2', name: 'name of p2', score: 198, reason },
    ]);
    expect(reads).toEqual([12]);
  });

  it('are not read again when enough of the first are known already', async () => {
    const { reads, detailed, ...deps } = shop((index) => index !== 1);
    const first = { count: 4, details: detailed(['p0', 'p1', 'p2', 'p3']) };
    expect((await shown(deps, candidates, 3, first)).map(({ productId }) => productId)).toEqual(['p0', 'p2', 'p3']);
    expect(reads).toEqual([]);
    expect((await shown(deps, candidates, 5, first)).map(({ productId }) => productId)).toEqual(['p0', 'p2', 'p3', 'p4', 'p5']);
    expect(reads).toEqual([15]);
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
    const { reads, ...deps } = shop(() => true);
    expect(await shown(deps, [], 3)).toEqual([]);
    expect(reads).toEqual([]);
  });

  it('are ten when nothing else is asked for', () => {
    expect([limitOf({ limit: 0 }), limitOf({ limit: 7 })]).toEqual([10, 7]);
  });
});
