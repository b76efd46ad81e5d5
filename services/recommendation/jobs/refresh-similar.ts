import { worthAt } from '../domain/decay.ts';
import { coOccurrence, cosines, mostSimilar } from '../domain/similarity.ts';
import { pickForShopper, type PickDeps } from '../picking/pick-for-shopper.ts';
import type { ProductStore } from '../store/product-store.ts';
import type { ShopperStore } from '../store/shopper-store.ts';
import type { SimilarStore } from '../store/similar-store.ts';

/** What the job works with. */
export interface RefreshDeps extends Omit<PickDeps, 'products' | 'similar'> {
  readonly shoppers: Pick<ShopperStore, 'fresh' | 'ofProduct' | 'workedIn'>;
  readonly products: Pick<ProductStore, 'popularInCategory' | 'details'>;
  readonly similar: Pick<SimilarStore, 'save' | 'of'>;
  /** Shoppers whose histories are read for a product. */
  readonly shoppersPerProduct: number;
  /** Co-occurrence at which a cosine counts half. */
  readonly support: number;
  /** Products that are kept for each. */
  readonly length: number;
  /** Shoppers with news that are worked in at a time. */
  readonly shoppersPerRun: number;
}

/** Newest products of a history whose lists are made anew. */
const PRODUCTS_PER_SHOPPER = 20;
/** Products of the same category that fill a list. */
const MATES = 20;

/**
 * Works new interactions into the lists of similar products: those of the products that shoppers with news were interested in of late, each once a run,
 * however many shoppers it has; and picks for these shoppers anew, so that their next answer is one read. Both are made of the histories as they are, not
 * counted up, so making them twice, or by two processes at a time, does no harm.
 */
export const refreshSimilar =
  (deps: RefreshDeps) =>
  async (signal: AbortSignal): Promise<void> => {
    const shoppers = await deps.shoppers.fresh(deps.shoppersPerRun);
    const productIds = new Set(shoppers.flatMap(({ recent }) => newestProducts(recent)));
    /** The mates of each category that was met in this run. */
    const mates = new Map<string, readonly string[]>();
    for (const productId of productIds) {
      if (signal.aborted) return;
      await refresh(deps, productId, mates, Date.now());
    }
    for (const shopper of shoppers) {
      if (signal.aborted) return;
      const now = Date.now();
      await deps.shoppers.workedIn(shopper, await pickForShopper(deps, shopper, now), new Date(now));
    }
  };

async function refresh(deps: RefreshDeps, productId: string, mates: Map<string, readonly string[]>, now: number): Promise<void> {
  const { halfLifeMs } = deps;
  const histories = await deps.shoppers.ofProduct(productId, deps.shoppersPerProduct);
  const dots = coOccurrence(productId, histories, now, halfLifeMs);
  const details = await deps.products.details([productId, ...dots.keys()]);
  const popularity = new Map([...details].map(([id, { popular }]) => [id, worthAt(popular, now, halfLifeMs)]));
  const categoryId = details.get(productId)?.categoryId ?? '';
  const ofCategory = mates.get(categoryId) ?? (await deps.products.popularInCategory(categoryId, MATES));
  mates.set(categoryId, ofCategory);
  const list = mostSimilar(productId, cosines(productId, dots, popularity, deps.support), ofCategory, deps.length);
  await deps.similar.save(productId, list, new Date(now));
}

function newestProducts(recent: readonly { readonly productId: string }[]): string[] {
  return [...new Set(recent.map(({ productId }) => productId))].slice(0, PRODUCTS_PER_SHOPPER);
}
