import { worthAt } from '../domain/decay.ts';
import { coOccurrence, cosines, mostSimilar } from '../domain/similarity.ts';
import type { ProductStore } from '../store/product-store.ts';
import type { ShopperStore } from '../store/shopper-store.ts';
import type { SimilarStore } from '../store/similar-store.ts';

/** What the job works with. */
export interface RefreshDeps {
  readonly shoppers: Pick<ShopperStore, 'fresh' | 'ofProduct' | 'workedIn'>;
  readonly products: Pick<ProductStore, 'ofSameCategory' | 'popularity'>;
  readonly similar: Pick<SimilarStore, 'save'>;
  readonly halfLifeMs: number;
  /** Shoppers whose histories are read for a product. */
  readonly shoppersPerProduct: number;
  /** Products that are kept for each. */
  readonly length: number;
}

/** Shoppers of one run. */
const SHOPPERS_PER_RUN = 50;
/** Newest products of a history whose lists are made anew. */
const PRODUCTS_PER_SHOPPER = 20;
/** Products of the same category that fill a list. */
const MATES = 20;

/**
 * Works new interactions into the lists of similar products: those of the products that shoppers with news were interested in of late, each once a run,
 * however many shoppers it has. A list is made of the histories as they are, not counted up, so making it twice, or by two processes at a time, does
 * no harm.
 */
export const refreshSimilar =
  (deps: RefreshDeps) =>
  async (signal: AbortSignal): Promise<void> => {
    const shoppers = await deps.shoppers.fresh(SHOPPERS_PER_RUN);
    const productIds = new Set(shoppers.flatMap(({ recent }) => newestProducts(recent)));
    for (const productId of productIds) {
      if (signal.aborted) return;
      await refresh(deps, productId, Date.now());
    }
    for (const shopper of shoppers) await deps.shoppers.workedIn(shopper);
  };

async function refresh(deps: RefreshDeps, productId: string, now: number): Promise<void> {
  const { halfLifeMs } = deps;
  const histories = await deps.shoppers.ofProduct(productId, deps.shoppersPerProduct);
  const dots = coOccurrence(productId, histories, now, halfLifeMs);
  const ranks = await deps.products.popularity([productId, ...dots.keys()]);
  const popularity = new Map([...ranks].map(([id, rank]) => [id, worthAt(rank, now, halfLifeMs)]));
  const mates = await deps.products.ofSameCategory(productId, MATES);
  const list = mostSimilar(productId, cosines(productId, dots, popularity), mates, deps.length);
  await deps.similar.save(productId, list, new Date(now));
}

function newestProducts(recent: readonly { readonly productId: string }[]): string[] {
  return [...new Set(recent.map(({ productId }) => productId))].slice(0, PRODUCTS_PER_SHOPPER);
}
