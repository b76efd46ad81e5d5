import { RecommendationReasonKind, type Recommendation } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation';
import { causeText, namesCategory, type CauseKind } from '../domain/cause.ts';
import type { Suggestion } from '../domain/recommend.ts';
import type { ProductDetails, ProductStore } from '../store/product-store.ts';
import type { CategoryNames } from './category-names.ts';

/** What showing products needs. */
export interface ShownDeps {
  readonly products: Pick<ProductStore, 'details'>;
  readonly categories: Pick<CategoryNames, 'nameOf'>;
}

/** What was read of the first of the candidates already. */
export interface KnownFirst {
  /** How many of them. */
  readonly count: number;
  readonly details: ReadonlyMap<string, ProductDetails>;
}

const DEFAULT_LIMIT = 10;
/** How many products are asked for at a time beyond the limit, as some may be sold out. */
const SPARE = 10;
/** How often more are asked for when that was not enough: a shop where nearly all is sold out shows little. */
const MAX_READS = 5;

const REASON_KINDS: Readonly<Record<CauseKind, RecommendationReasonKind>> = {
  VIEWED: RecommendationReasonKind.VIEWED,
  CARTED: RecommendationReasonKind.CARTED,
  BOUGHT: RecommendationReasonKind.BOUGHT,
  TOGETHER: RecommendationReasonKind.TOGETHER,
  POPULAR: RecommendationReasonKind.POPULAR,
  TRENDING: RecommendationReasonKind.TRENDING,
  POPULAR_IN_CATEGORY: RecommendationReasonKind.POPULAR_IN_CATEGORY,
  NEW_IN_CATEGORY: RecommendationReasonKind.NEW_IN_CATEGORY,
};

/** How many products are wanted. */
export function limitOf(request: { readonly limit: number }): number {
  return request.limit > 0 ? request.limit : DEFAULT_LIMIT;
}

/** The best `limit` of the candidates that can be ordered now, each with its reason; no read when the first, that are known, are enough, else mostly one. */
export async function shown(
  { products, categories }: ShownDeps,
  candidates: readonly Suggestion[],
  limit: number,
  first: KnownFirst = { count: 0, details: new Map() },
): Promise<Recommendation[]> {
  const found: Recommendation[] = [];
  const show = (some: readonly Suggestion[], details: ReadonlyMap<string, ProductDetails>) => {
    for (const suggestion of some) {
      const product = details.get(suggestion.productId);
      if (product?.sellable === true) found.push(recommendation(suggestion, product, categories));
    }
  };
  show(candidates.slice(0, first.count), first.details);
  const rest = candidates.slice(first.count);
  const atATime = limit + SPARE;
  for (let read = 0; read < MAX_READS && found.length < limit; read += 1) {
    const asked = rest.slice(read * atATime, (read + 1) * atATime);
    if (asked.length === 0) break;
    show(asked, await products.details(asked.map(({ productId }) => productId)));
  }
  return found.slice(0, limit);
}

function recommendation(
  { productId, score, cause }: Suggestion,
  { name, categoryId }: ProductDetails,
  categories: Pick<CategoryNames, 'nameOf'>,
): Recommendation {
  const categoryName = categories.nameOf(categoryId);
  const ofCategory = namesCategory(cause.kind) ? { categoryId, categoryName } : { categoryId: '', categoryName: '' };
  return {
    productId,
    name,
    score,
    reason: {
      kind: REASON_KINDS[cause.kind],
      productId: cause.productId ?? '',
      productName: cause.productName ?? '',
      ...ofCategory,
      text: causeText(cause, categoryName),
    },
  };
}
