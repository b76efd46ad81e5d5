/**
 * Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay", ICDE 2009): what happened at `t` counts weight · 2^(t / half-life), as seen from a fixed
 * moment, so that growing older changes nothing that is stored. The sums grow beyond any float, hence their logarithm to base 2 is kept: the rank.
 * Ranks of one half-life sort like the decayed sums at any moment, and can be indexed.
 */
export type Rank = number;

/** What one thing adds. @param at milliseconds since the epoch */
export function rankOf(weight: number, at: number, halfLifeMs: number): Rank {
  return Math.log2(weight) + at / halfLifeMs;
}

/** The rank of both together; null is the rank of nothing. Its order does not matter. */
export function addRank(sum: Rank | null, rank: Rank): Rank {
  if (sum === null) return rank;
  const [greater, lesser] = sum > rank ? [sum, rank] : [rank, sum];
  return greater + Math.log2(1 + 2 ** (lesser - greater));
}

/** What a rank is worth at `now`: the sum of all weights, each halved once a half-life of its age. */
export function worthAt(rank: Rank | null, now: number, halfLifeMs: number): number {
  return rank === null ? 0 : 2 ** (rank - now / halfLifeMs);
}

/** What one thing of `weight` is worth at `now`. */
export function decayed(weight: number, at: number, now: number, halfLifeMs: number): number {
  return weight * 2 ** ((at - now) / halfLifeMs);
}
