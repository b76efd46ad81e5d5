import type { Similar } from './similarity.ts';

/** A product and how much it is worth showing; comparable within one list. */
export interface Scored {
  readonly productId: string;
  readonly score: number;
}

/**
 * What somebody may like: products similar to those in their history, by similarity times what each says about them, at most 1.
 *
 * @param interest how much each product of the history says
 * @param similar the products similar to each of these
 * @param except never these
 */
export function personal(
  interest: ReadonlyMap<string, number>,
  similar: ReadonlyMap<string, readonly Similar[]>,
  except: ReadonlySet<string>,
): Scored[] {
  const total = [...interest.values()].reduce((sum, strength) => sum + strength, 0);
  const scores = new Map<string, number>();
  for (const [productId, strength] of interest) {
    for (const other of similar.get(productId) ?? []) {
      if (!except.has(other.productId)) scores.set(other.productId, (scores.get(other.productId) ?? 0) + (strength / total) * other.score);
    }
  }
  return [...scores].map(([productId, score]) => ({ productId, score })).sort(best);
}

/** `first`, then what of `rest` is not in it and not excepted, its scores shrunk below the last of `first` but in proportion. */
export function filledUp(first: readonly Scored[], rest: readonly Scored[], except: ReadonlySet<string>): Scored[] {
  const taken = new Set([...except, ...first.map(({ productId }) => productId)]);
  const fill = rest.filter(({ productId }) => !taken.has(productId));
  const ceiling = first.at(-1)?.score;
  const greatest = Math.max(...fill.map(({ score }) => score));
  const scale = ceiling === undefined ? 1 : greatest > 0 ? ceiling / 2 / greatest : 0;
  return [...first, ...fill.map(({ productId, score }) => ({ productId, score: score * scale }))];
}

function best(a: Scored, b: Scored): number {
  return b.score - a.score || (a.productId < b.productId ? -1 : 1);
}
