import { strengths, type History } from './history.ts';

/** A product and how much it is like another, 0 to 1. */
export interface Similar {
  readonly productId: string;
  readonly score: number;
  /** Nobody's history tells of it, only that both are in one category. */
  readonly mate?: true;
}

/** How like two products are of which nothing is known but that they are in one category; the first of a category, less for the next. */
export const CATEGORY_SCORE = 0.05;

/**
 * How often shoppers of `productId` were interested in other products too: the numerator of the cosine of the products' vectors, which have a dimension
 * a shopper, the root of their decayed interest. Its square sum over all shoppers is the product's decayed popularity, so `cosines` needs no more
 * than that.
 */
export function coOccurrence(
  productId: string,
  histories: readonly Pick<History, 'recent'>[],
  now: number,
  halfLifeMs: number,
): ReadonlyMap<string, number> {
  const dots = new Map<string, number>();
  for (const history of histories) {
    const interest = strengths(history, now, halfLifeMs);
    const own = interest.get(productId);
    if (own === undefined) continue;
    for (const [other, strength] of interest) {
      if (other !== productId) dots.set(other, (dots.get(other) ?? 0) + Math.sqrt(own * strength));
    }
  }
  return dots;
}

/**
 * Cosine of `productId` and each product it occurs with, as far as there is enough behind it: times n / (n + support), where n is the co-occurrence. Two
 * products that one shopper alone bought have a cosine of 1, which says little.
 *
 * @param popularity decayed interest of all shoppers, at the moment of the co-occurrence
 * @param support co-occurrence at which a cosine counts half
 */
export function cosines(
  productId: string,
  dots: ReadonlyMap<string, number>,
  popularity: ReadonlyMap<string, number>,
  support: number,
): Similar[] {
  const own = popularity.get(productId) ?? 0;
  return [...dots].flatMap(([other, dot]) => {
    const norms = Math.sqrt(own * (popularity.get(other) ?? 0));
    // A history is cut at its limit, popularity is not; never the other way round, but for rounding.
    return norms > 0 ? [{ productId: other, score: Math.min(1, dot / norms) * (dot / (dot + support)) }] : [];
  });
}

/** The `count` most similar products. `mates`, products of the same category, fill what nobody's history tells about yet. */
export function mostSimilar(productId: string, cosine: readonly Similar[], mates: readonly string[], count: number): Similar[] {
  const similar = new Map<string, Similar>(mates.map((mate, index) => [mate, asMate(mate, index, mates.length)]));
  for (const one of cosine) similar.set(one.productId, { ...one, score: Math.max(one.score, similar.get(one.productId)?.score ?? 0) });
  similar.delete(productId);
  return [...similar.values()].sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1)).slice(0, count);
}

function asMate(productId: string, index: number, count: number): Similar {
  return { productId, score: CATEGORY_SCORE * (1 - index / (count + 1)), mate: true };
}
