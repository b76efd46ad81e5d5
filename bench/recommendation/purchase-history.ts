/** Somebody bought something. */
export interface Purchase {
  readonly user: string;
  readonly item: string;
  /** Unix milliseconds. What one user bought at one moment is one basket. */
  readonly time: number;
}

/** Something that can be bought. */
export interface Item {
  readonly id: string;
  /** Empty when it is not known. */
  readonly category: string;
  /** When it came into the catalogue, in Unix milliseconds. */
  readonly since: number;
}

/** Who bought what, oldest first, and what there was. */
export interface PurchaseHistory {
  readonly items: readonly Item[];
  readonly purchases: readonly Purchase[];
}

/** A history cut in two at a moment. */
export interface SplitHistory {
  /** What there is at that moment. */
  readonly items: readonly Item[];
  readonly train: readonly Purchase[];
  readonly test: readonly Purchase[];
  readonly at: number;
}

/** Cuts a history so that the share `part` of its purchases comes before. No basket is cut. */
export function split({ items, purchases }: PurchaseHistory, part: number): SplitHistory {
  const at = purchases[Math.floor(purchases.length * part)]?.time ?? 0;
  return {
    at,
    items: items.filter(({ since }) => since < at),
    train: purchases.filter(({ time }) => time < at),
    test: purchases.filter(({ time }) => time >= at),
  };
}

/** The same history at another time: `from` becomes `to`. */
export function moved(history: PurchaseHistory, from: number, to: number): PurchaseHistory {
  const by = to - from;
  return {
    items: history.items.map((item) => ({ ...item, since: item.since + by })),
    purchases: history.purchases.map((purchase) => ({ ...purchase, time: purchase.time + by })),
  };
}

/** One user's purchases of one moment. */
export interface Basket {
  readonly user: string;
  readonly time: number;
  readonly items: readonly string[];
}

/** Purchases by basket, oldest first. */
export function baskets(purchases: readonly Purchase[]): Basket[] {
  const found = new Map<string, { user: string; time: number; items: Set<string> }>();
  for (const { user, item, time } of purchases) {
    const key = `${time} ${user}`;
    const basket = found.get(key) ?? { user, time, items: new Set() };
    found.set(key, basket);
    basket.items.add(item);
  }
  return [...found.values()].map((basket) => ({ ...basket, items: [...basket.items] })).sort((a, b) => a.time - b.time);
}
