import { CAUSED_BY, type Cause } from './cause.ts';
import type { InteractionKind } from './interaction.ts';
import type { Similar } from './similarity.ts';

/** A product and how much it is worth showing; comparable within one list. */
export interface Scored {
  readonly productId: string;
  readonly score: number;
}

/** A product that may be shown, and why. */
export interface Suggestion extends Scored {
  readonly cause: Cause;
}

/** What is known of somebody, and of what they know. */
export interface Knowledge {
  /** How much each product of the history says about them. */
  readonly interest: ReadonlyMap<string, number>;
  /** The strongest thing they did with each. */
  readonly kinds: ReadonlyMap<string, InteractionKind>;
  /** The products similar to each. */
  readonly similar: ReadonlyMap<string, readonly Similar[]>;
}

/**
 * What somebody may like: products similar to those in their history, by similarity times what each says about them, at most 1. The cause of each is the
 * product that says most for it.
 *
 * @param except never these
 */
export function personal({ interest, kinds, similar }: Knowledge, except: ReadonlySet<string>): Suggestion[] {
  const total = [...interest.values()].reduce((sum, strength) => sum + strength, 0);
  const found = new Map<string, { score: number; most: number; because: string }>();
  for (const [because, strength] of interest) {
    for (const { productId, score } of similar.get(because) ?? []) {
      if (except.has(productId)) continue;
      const share = (strength / total) * score;
      const known = found.get(productId);
      if (known === undefined) found.set(productId, { score: share, most: share, because });
      else {
        known.score += share;
        if (share > known.most) Object.assign(known, { most: share, because });
      }
    }
  }
  return [...found]
    .map(([productId, { score, because }]) => ({
      productId,
      score,
      cause: { kind: CAUSED_BY[kinds.get(because) ?? 'VIEW'], productId: because },
    }))
    .sort(best);
}

/** `first`, then what of `rest` is not in it and not excepted, its scores shrunk below the last of `first` but in proportion. */
export function filledUp<Item extends Scored>(first: readonly Item[], rest: readonly Item[], except: ReadonlySet<string>): Item[] {
  const taken = new Set([...except, ...first.map(({ productId }) => productId)]);
  const fill = rest.filter(({ productId }) => !taken.has(productId));
  const ceiling = first.at(-1)?.score;
  const greatest = Math.max(...fill.map(({ score }) => score));
  const scale = ceiling === undefined ? 1 : greatest > 0 ? ceiling / 2 / greatest : 0;
  return [...first, ...fill.map((item) => ({ ...item, score: item.score * scale }))];
}

function best(a: Scored, b: Scored): number {
  return b.score - a.score || (a.productId < b.productId ? -1 : 1);
}
