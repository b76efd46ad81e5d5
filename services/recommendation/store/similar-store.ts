import type { Collection, Db } from 'mongodb';
import type { Similar } from '../domain/similarity.ts';
import type { SimilarDocument } from './documents.ts';

/** The lists of similar products. */
export class SimilarStore {
  readonly #similar: Collection<SimilarDocument>;

  constructor(database: Db) {
    this.#similar = database.collection<SimilarDocument>('similar');
  }

  async save(productId: string, products: readonly Similar[], computedAt: Date): Promise<void> {
    await this.#similar.updateOne({ _id: productId }, { $set: { products, computedAt } }, { upsert: true });
  }

  /** The lists of these products, of those that have one. */
  async of(productIds: readonly string[]): Promise<ReadonlyMap<string, readonly Similar[]>> {
    const found = await this.#similar.find({ _id: { $in: [...productIds] } }, { maxTimeMS: 2_000 }).toArray();
    return new Map(found.map(({ _id, products }) => [_id, products]));
  }
}
