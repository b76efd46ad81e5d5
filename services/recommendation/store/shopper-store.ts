import type { Collection, Db } from 'mongodb';
import { NO_HISTORY, remember, type History, type HistoryLimits } from '../domain/history.ts';
import type { Interaction } from '../domain/interaction.ts';
import type { Suggestion } from '../domain/recommend.ts';
import { compareAndSet } from './compare-and-set.ts';
import { SHORTLIST, type ShopperDocument } from './documents.ts';
import { byId, withShortlist } from './looked-up.ts';
import type { DetailDocument, ProductDetails } from './product-store.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

/** A shopper whose history has something new in it. */
export interface FreshShopper extends History {
  readonly userId: string;
  readonly version: number;
}

/** A shopper's history, and whether a job will pick for it in a moment. */
export interface FoundShopper extends FreshShopper {
  readonly fresh: boolean;
}

/** What is recommended to a shopper. */
export interface ShopperAnswer {
  /** Undefined when the history has something that no picks were made of yet. */
  readonly picks: readonly Suggestion[] | undefined;
  readonly pickedAt: Date | undefined;
  /** What is known of the first `SHORTLIST` of the picks. */
  readonly known: ReadonlyMap<string, ProductDetails>;
}

/** What shoppers did, and what is recommended to them. */
export class ShopperStore {
  readonly #shoppers: Collection<ShopperDocument>;
  readonly #limits: HistoryLimits;

  constructor(database: Db, limits: HistoryLimits) {
    this.#shoppers = database.collection<ShopperDocument>('shoppers');
    this.#limits = limits;
  }

  /** Adds to a shopper's history; what is in it already changes nothing but that it counts as new again. What was picked is dropped with it. */
  async remember(userId: string, interactions: readonly Interaction[], now: Date): Promise<void> {
    await compareAndSet(this.#shoppers, userId, (document) => {
      if (document?.erased === true) return undefined;
      const history = remember(document ?? NO_HISTORY, interactions, this.#limits);
      return { ...history, lastAt: history.recent[0]?.at ?? now, freshSince: document?.freshSince ?? now };
    });
  }

  /** Forgets what a shopper did, for ever: an event of theirs that comes late, or again, finds that they are erased. */
  async erase(userId: string): Promise<void> {
    await compareAndSet(this.#shoppers, userId, (document) =>
      document?.erased === true ? undefined : { ...NO_HISTORY, lastAt: new Date(0), erased: true as const },
    );
  }

  /** Undefined when nothing is known of this shopper. */
  async find(userId: string): Promise<FoundShopper | undefined> {
    const found = await this.#shoppers.findOne({ _id: userId }, { maxTimeMS: MAX_TIME_MS });
    if (found === null || found.erased === true) return undefined;
    const { version, recent, bought, freshSince } = found;
    return { userId, version, recent, bought, fresh: freshSince !== undefined };
  }

  /** What is recommended, with all that an answer of the usual length needs, in one read; undefined when nothing is known of this shopper. */
  async answer(userId: string): Promise<ShopperAnswer | undefined> {
    const [answer] = await this.#shoppers
      .aggregate<{
        picks?: readonly Suggestion[];
        pickedAt?: Date;
        erased?: true;
        found: readonly DetailDocument[];
      }>([{ $match: { _id: userId } }, ...withShortlist({ picks: 1, pickedAt: 1, erased: 1 })], { maxTimeMS: MAX_TIME_MS })
      .toArray();
    if (answer === undefined || answer.erased === true) return undefined;
    return { picks: answer.picks, pickedAt: answer.pickedAt, known: byId(answer.found ?? []) };
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

  /** Everything in this history is worked in, and these are the picks made of it; stays new when there is more by now. */
  async workedIn({ userId, version }: FreshShopper, picks: readonly Suggestion[], pickedAt: Date): Promise<void> {
    await this.#shoppers.updateOne({ _id: userId, version }, { $unset: { freshSince: '' }, $set: picked(picks, pickedAt) });
  }

  /** Keeps picks that were made of this history, unless it has changed since or is gone. */
  async keepPicks({ userId, version }: FreshShopper, picks: readonly Suggestion[], pickedAt: Date): Promise<void> {
    await this.#shoppers.updateOne({ _id: userId, version }, { $set: picked(picks, pickedAt) });
  }
}

function picked(picks: readonly Suggestion[], pickedAt: Date): Required<Pick<ShopperDocument, 'picks' | 'shortlist' | 'pickedAt'>> {
  return { picks, shortlist: picks.slice(0, SHORTLIST).map(({ productId }) => productId), pickedAt };
}
