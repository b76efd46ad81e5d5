import type { Collection, Db } from 'mongodb';
import type { Similar } from '../domain/similarity.ts';
import { SHORTLIST, type SimilarDocument } from './documents.ts';
import { byId, withShortlist } from './looked-up.ts';
import type { DetailDocument, ProductDetails } from './product-store.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

/** A list, and what is known of the product itself and of the first `SHORTLIST` of the list. */
export interface SimilarAnswer {
  readonly products: readonly Similar[];
  readonly known: ReadonlyMap<string, ProductDetails>;
}

/** The lists of similar products. */
export class SimilarStore {
  readonly #similar: Collection<SimilarDocument>;

  constructor(database: Db) {
    this.#similar = database.collection<SimilarDocument>('similar');
  }

  async save(productId: string, products: readonly Similar[], computedAt: Date): Promise<void> {
    const shortlist = [productId, ...products.slice(0, SHORTLIST).map((one) => one.productId)];
    await this.#similar.updateOne({ _id: productId }, { $set: { products, shortlist, computedAt } }, { upsert: true });
  }

  /** The lists of these products, of those that have one. */
  async of(productIds: readonly string[]): Promise<ReadonlyMap<string, readonly Similar[]>> {
    const found = await this.#similar.find({ _id: { $in: [...productIds] } }, { maxTimeMS: MAX_TIME_MS }).toArray();
    return new Map(found.map(({ _id, products }) => [_id, products]));
  }

  /** The list of a product with all that an answer of the usual length needs, in one read; undefined when there is none. */
  async answer(productId: string): Promise<SimilarAnswer | undefined> {
    const [answer] = await this.#similar
      .aggregate<{
        products: readonly Similar[];
        found: readonly DetailDocument[];
      }>([{ $match: { _id: productId } }, ...withShortlist({ products: 1 })], { maxTimeMS: MAX_TIME_MS })
      .toArray();
    return answer === undefined ? undefined : { products: answer.products, known: byId(answer.found) };
  }
}
