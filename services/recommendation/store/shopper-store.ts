import type { Collection, Db } from 'mongodb';
import { NO_HISTORY, remember, type History, type HistoryLimits } from '../domain/history.ts';
import type { Interaction } from '../domain/interaction.ts';
import { compareAndSet } from './compare-and-set.ts';
import type { ShopperDocument } from './documents.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

/** A shopper whose history has something new in it. */
export interface FreshShopper extends History {
  readonly userId: string;
  readonly version: number;
}

/** What shoppers did. */
export class ShopperStore {
  readonly #shoppers: Collection<ShopperDocument>;
  readonly #limits: HistoryLimits;

  constructor(database: Db, limits: HistoryLimits) {
    this.#shoppers = database.collection<ShopperDocument>('shoppers');
    this.#limits = limits;
  }

  /** Adds to a shopper's history; what is in it already changes nothing but that it counts as new again. */
  async remember(userId: string, interactions: readonly Interaction[], now: Date): Promise<void> {
    await compareAndSet(this.#shoppers, userId, (document) => {
      const history = remember(document ?? NO_HISTORY, interactions, this.#limits);
      return { ...history, lastAt: history.recent[0]?.at ?? now, freshSince: document?.freshSince ?? now };
    });
  }

  /** Forgets what a shopper did. */
  async erase(userId: string): Promise<void> {
    await this.#shoppers.deleteOne({ _id: userId });
  }

  /** Undefined when nothing is known of this shopper. */
  async find(userId: string): Promise<History | undefined> {
    return (await this.#shoppers.findOne({ _id: userId }, { maxTimeMS: MAX_TIME_MS })) ?? undefined;
  }

  /** The newest shoppers who were interested in a product. */
  async ofProduct(productId: string, count: number): Promise<Pick<History, 'recent'>[]> {
    return this.#shoppers
      .find({ 'recent.productId': productId }, { maxTimeMS: MAX_TIME_MS })
      .sort({ lastAt: -1, _id: 1 })
      .limit(count)
      .project<Pick<History, 'recent'>>({ recent: 1 })
      .toArray();
  }

  /** Shoppers with something new, longest waiting first. */
  async fresh(count: number): Promise<FreshShopper[]> {
    const found = await this.#shoppers
      .find({ freshSince: { $exists: true } }, { maxTimeMS: MAX_TIME_MS })
      .sort({ freshSince: 1 })
      .limit(count)
      .toArray();
    return found.map(({ _id, version, recent, bought }) => ({ userId: _id, version, recent, bought }));
  }

  /** Everything in this history is worked in; stays new when there is more by now. */
  async workedIn({ userId, version }: FreshShopper): Promise<void> {
    await this.#shoppers.updateOne({ _id: userId, version }, { $unset: { freshSince: '' } });
  }
}
