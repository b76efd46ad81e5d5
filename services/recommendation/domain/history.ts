import { decayed } from './decay.ts';
import { WEIGHTS, type Interaction, type InteractionKind } from './interaction.ts';

/** Something somebody bought, last at that moment. */
export interface Purchase {
  readonly productId: string;
  readonly at: Date;
}

/** What is remembered of one shopper: their newest interactions, and separately what they bought, so that looking around does not push it out. */
export interface History {
  /** Newest first. */
  readonly recent: readonly Interaction[];
  /** Newest first, each product once. */
  readonly bought: readonly Purchase[];
}

/** The history of somebody new. */
export const NO_HISTORY: History = { recent: [], bought: [] };

/** How much is remembered. */
export interface HistoryLimits {
  readonly recent: number;
  readonly bought: number;
}

/**
 * The history with these interactions in it. It is the newest of all that was ever given, so it is the same in whatever order and however often they
 * come.
 */
export function remember(history: History, interactions: readonly Interaction[], limits: HistoryLimits): History {
  const all = new Map([...history.recent, ...interactions].map((one) => [`${one.eventId} ${one.productId}`, one]));
  const bought = new Map(history.bought.map(({ productId, at }) => [productId, at]));
  for (const { kind, productId, at } of interactions) {
    const before = bought.get(productId);
    if (kind === 'ORDER' && (before === undefined || before < at)) bought.set(productId, at);
  }
  return {
    recent: [...all.values()].sort(newestFirst).slice(0, limits.recent),
    bought: [...bought]
      .map(([productId, at]) => ({ productId, at }))
      .sort(newestFirst)
      .slice(0, limits.bought),
  };
}

/** How much each product of the history says about the shopper now: its interactions' weights, decayed. At most `count` products, strongest first. */
export function strengths(
  history: Pick<History, 'recent'>,
  now: number,
  halfLifeMs: number,
  count = Infinity,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { productId, kind, at } of history.recent) {
    sums.set(productId, (sums.get(productId) ?? 0) + decayed(WEIGHTS[kind], at.getTime(), now, halfLifeMs));
  }
  return new Map([...sums].sort(([a, x], [b, y]) => y - x || compare(a, b)).slice(0, count));
}

/** The strongest thing that the shopper did with each product of the history. */
export function strongestKinds(history: Pick<History, 'recent'>): ReadonlyMap<string, InteractionKind> {
  const kinds = new Map<string, InteractionKind>();
  for (const { productId, kind } of history.recent) {
    const known = kinds.get(productId);
    if (known === undefined || WEIGHTS[known] < WEIGHTS[kind]) kinds.set(productId, kind);
  }
  return kinds;
}

/** Products bought within the last `forMs` milliseconds. */
export function justBought(history: History, now: number, forMs: number): ReadonlySet<string> {
  return new Set(history.bought.filter(({ at }) => now - at.getTime() < forMs).map(({ productId }) => productId));
}

/** The order of histories; no two different things are equal in it, so that a limit always cuts at the same place. */
function newestFirst<Thing extends { readonly productId: string; readonly at: Date; readonly eventId?: string }>(
  a: Thing,
  b: Thing,
): number {
  return b.at.getTime() - a.at.getTime() || compare(a.eventId ?? '', b.eventId ?? '') || compare(a.productId, b.productId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
