/** How a list is arranged for people who see ten of it at a time. */
export interface Arrangement {
  /** Most of one category in each ten; ten does not care. */
  readonly maxOfCategory: number;
  /** Every so many-th place shows something new; 0 none. */
  readonly exploreEvery: number;
}

/** How many are seen at a time. */
const PAGE = 10;

/**
 * The list with at most `most` of one category in each ten, as far as there are others: what is too much waits for the next ten. What has no category is
 * never too much.
 */
export function diverse<Item>(list: readonly Item[], categoryOf: (item: Item) => string, most: number): Item[] {
  const waiting = [...list];
  const arranged: Item[] = [];
  let counts = new Map<string, number>();
  while (waiting.length > 0) {
    if (arranged.length % PAGE === 0) counts = new Map();
    const next = waiting.findIndex((item) => (counts.get(categoryOf(item)) ?? 0) < most);
    const [item] = waiting.splice(Math.max(0, next), 1);
    if (item === undefined) break;
    const category = categoryOf(item);
    if (category !== '') counts.set(category, (counts.get(category) ?? 0) + 1);
    arranged.push(item);
  }
  return arranged;
}

/** The list with one of `fresh` at every `every`-th place, as long as there are any; what is in the list further down moves up to there. */
export function withFresh<Item extends { readonly productId: string }>(
  list: readonly Item[],
  fresh: readonly Item[],
  every: number,
): Item[] {
  const arranged = new Map<string, Item>();
  const add = (item: Item | undefined) => {
    if (item !== undefined && !arranged.has(item.productId)) arranged.set(item.productId, item);
  };
  for (const item of list) {
    if (every > 0 && (arranged.size + 1) % every === 0) add(fresh.find(({ productId }) => !arranged.has(productId)));
    add(item);
  }
  return [...arranged.values()];
}

/** The same list with scores that never rise, as its order is what counts. */
export function descending<Item extends { readonly score: number }>(list: readonly Item[]): Item[] {
  let ceiling = Infinity;
  return list.map((item) => {
    ceiling = Math.min(ceiling, item.score);
    return { ...item, score: ceiling };
  });
}
