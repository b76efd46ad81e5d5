/** How good lists are, on the average over shoppers. */
export interface Quality {
  /** Share of shoppers of whose list at least one of the first ten was right. */
  readonly hitRate: number;
  /** Normalised discounted cumulative gain of the first ten: 1 when as much as possible is right and stands first. */
  readonly ndcg: number;
}

const LENGTH = 10;

/** @param lists what was recommended, best first @param right what was bought, of each shopper at least one thing */
export function quality(lists: ReadonlyMap<string, readonly string[]>, right: ReadonlyMap<string, ReadonlySet<string>>): Quality {
  let [hits, gain] = [0, 0];
  for (const [shopper, bought] of right) {
    const list = (lists.get(shopper) ?? []).slice(0, LENGTH);
    if (list.some((item) => bought.has(item))) hits += 1;
    gain +=
      discounted(list.map((item) => bought.has(item))) / discounted(Array.from({ length: Math.min(LENGTH, bought.size) }, () => true));
  }
  return { hitRate: hits / right.size, ndcg: gain / right.size };
}

function discounted(gains: readonly boolean[]): number {
  return gains.reduce((sum, gain, index) => sum + (gain ? 1 / Math.log2(index + 2) : 0), 0);
}
