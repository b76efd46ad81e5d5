import type { Recommendation } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import type { Scored } from '../domain/recommend.ts';
import type { ProductStore } from '../store/product-store.ts';

/** What showing products needs. */
export interface ShownDeps {
  readonly products: Pick<ProductStore, 'sellable'>;
}

const DEFAULT_LIMIT = 10;
/** How many products are asked for beyond the limit, as some may be sold out. */
const SPARE = 50;

/** How many products are wanted. */
export function limitOf(request: { readonly limit: number }): number {
  return request.limit > 0 ? request.limit : DEFAULT_LIMIT;
}

/** The best `limit` of the candidates that can be ordered now. */
export async function shown({ products }: ShownDeps, candidates: readonly Scored[], limit: number): Promise<Recommendation[]> {
  const asked = candidates.slice(0, limit + SPARE);
  if (asked.length === 0) return [];
  const names = new Map((await products.sellable(asked.map(({ productId }) => productId))).map(({ id, name }) => [id, name]));
  return asked
    .flatMap(({ productId, score }) => {
      const name = names.get(productId);
      return name === undefined ? [] : [{ productId, name, score }];
    })
    .slice(0, limit);
}
