import type { Recommendation } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import type { Scored } from '../domain/recommend.ts';
import type { ProductStore } from '../store/product-store.ts';

/** What showing products needs. */
export interface ShownDeps {
  readonly products: Pick<ProductStore, 'sellable'>;
}

const DEFAULT_LIMIT = 10;
/** How many products are asked for at a time beyond the limit, as some may be sold out. */
const SPARE = 10;
/** How often more are asked for when that was not enough: a shop where nearly all is sold out shows little. */
const MAX_READS = 5;

/** How many products are wanted. */
export function limitOf(request: { readonly limit: number }): number {
  return request.limit > 0 ? request.limit : DEFAULT_LIMIT;
}

/** The best `limit` of the candidates that can be ordered now; mostly one read. */
export async function shown({ products }: ShownDeps, candidates: readonly Scored[], limit: number): Promise<Recommendation[]> {
  const found: Recommendation[] = [];
  const atATime = limit + SPARE;
  for (let read = 0; read < MAX_READS && found.length < limit; read += 1) {
    const asked = candidates.slice(read * atATime, (read + 1) * atATime);
    if (asked.length === 0) break;
    const names = new Map((await products.sellable(asked.map(({ productId }) => productId))).map(({ id, name }) => [id, name]));
    for (const { productId, score } of asked) {
      const name = names.get(productId);
      if (name !== undefined) found.push({ productId, name, score });
    }
  }
  return found.slice(0, limit);
}
