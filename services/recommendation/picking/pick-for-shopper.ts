import { descending, diverse, withFresh, type Arrangement } from '../domain/arrange.ts';
import { justBought, strengths, strongestKinds, type History } from '../domain/history.ts';
import { filledUp, personal, type Suggestion } from '../domain/recommend.ts';
import type { ProductDetails, ProductStore } from '../store/product-store.ts';
import type { RankedLists } from '../store/ranked-lists.ts';
import type { SimilarStore } from '../store/similar-store.ts';

/** What picking needs. */
export interface PickDeps {
  readonly similar: Pick<SimilarStore, 'of'>;
  readonly products: Pick<ProductStore, 'details'>;
  readonly lists: Pick<RankedLists, 'of'>;
  readonly halfLifeMs: number;
  /** How long what somebody bought is not picked for them. */
  readonly justBoughtMs: number;
  readonly arrangement: Arrangement;
}

/** Products of the history that similar ones are looked up for. */
const SOURCES = 20;
/** Products that are looked at closer. */
const CANDIDATES = 120;
/** Products that are picked: the longest answer, and some to spare as some may be sold out. */
const PICKS = 60;
/** Categories that the shopper likes best, of which something new is shown. */
const LIKED_CATEGORIES = 3;

/**
 * Products for a shopper, best first: similar to what they viewed and bought, filled up with what is popular, not too many of one category, and here and there
 * something new of a category they like. Never what they have just bought, nor what is withdrawn; what is sold out may come back, and is left out when the
 * picks are shown. Two reads.
 */
export async function pickForShopper(deps: PickDeps, history: History, now: number): Promise<Suggestion[]> {
  const interest = strengths(history, now, deps.halfLifeMs, SOURCES);
  const except = justBought(history, now, deps.justBoughtMs);
  const [similar, popular, newest] = await Promise.all([
    deps.similar.of([...interest.keys()]),
    deps.lists.of('popular'),
    deps.lists.of('newest'),
  ]);
  const liked = personal({ interest, kinds: strongestKinds(history), similar }, except);
  const fill: Suggestion[] = popular.map(({ productId, score }) => ({ productId, score, cause: { kind: 'POPULAR' } }));
  const candidates = filledUp(liked, fill, except).slice(0, CANDIDATES);
  const details = await deps.products.details([...new Set([...candidates.map(({ productId }) => productId), ...interest.keys()])]);
  const offered = candidates.filter(({ productId }) => details.get(productId)?.offered === true);
  const arranged = diverse(offered, ({ productId }) => details.get(productId)?.categoryId ?? '', deps.arrangement.maxOfCategory);
  const categories = likedCategories(interest, details);
  const fresh = newest
    .filter(({ productId, categoryId }) => categories.has(categoryId) && !except.has(productId) && !interest.has(productId))
    .map(({ productId }): Suggestion => ({ productId, score: Infinity, cause: { kind: 'NEW_IN_CATEGORY' } }));
  return descending(withFresh(arranged, fresh, deps.arrangement.exploreEvery))
    .slice(0, PICKS)
    .map((suggestion) => named(suggestion, details));
}

function likedCategories(interest: ReadonlyMap<string, number>, details: ReadonlyMap<string, ProductDetails>): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const [productId, strength] of interest) {
    const category = details.get(productId)?.categoryId ?? '';
    if (category !== '') sums.set(category, (sums.get(category) ?? 0) + strength);
  }
  return new Set([...sums].sort(([, a], [, b]) => b - a).slice(0, LIKED_CATEGORIES).map(([category]) => category)); // prettier-ignore
}

function named(suggestion: Suggestion, details: ReadonlyMap<string, ProductDetails>): Suggestion {
  const { cause } = suggestion;
  if (cause.productId === undefined) return suggestion;
  return { ...suggestion, cause: { ...cause, productName: details.get(cause.productId)?.name ?? '' } };
}
