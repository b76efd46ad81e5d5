import type { Collection, Db } from 'mongodb';
import type { Rank } from '../domain/decay.ts';
import { sellable, unknownProduct, type Product } from '../domain/product.ts';
import { compareAndSet } from './compare-and-set.ts';
import type { ProductDocument } from './documents.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

/** What recommending asks of a product. */
export interface ProductDetails {
  readonly id: string;
  /** Empty until the product's creation is known. */
  readonly name: string;
  readonly categoryId: string;
  /** Can be ordered now. */
  readonly sellable: boolean;
  /** Neither withdrawn nor deleted; maybe sold out. */
  readonly offered: boolean;
  readonly deleted: boolean;
  readonly popular: Rank | null;
}

/** A product and its rank in a list. */
export interface RankedProduct {
  readonly id: string;
  readonly categoryId: string;
  readonly rank: Rank | null;
}

/** The fields that `toDetails` needs, as a projection. */
export const DETAIL_FIELDS = { name: 1, categoryId: 1, sellable: 1, listed: 1, deleted: 1, popular: 1 } as const;

/** See `DETAIL_FIELDS`. */
export type DetailDocument = Pick<ProductDocument, '_id' | keyof typeof DETAIL_FIELDS>;

/** What recommending asks of a stored product. */
export function toDetails({ _id, name, categoryId, sellable: canBeOrdered, listed, deleted, popular }: DetailDocument): ProductDetails {
  const isDeleted = deleted === true;
  return { id: _id, name, categoryId, sellable: canBeOrdered, offered: name !== '' && listed && !isDeleted, deleted: isDeleted, popular };
}

/** What is known of the products. */
export class ProductStore {
  readonly #products: Collection<ProductDocument>;

  constructor(database: Db) {
    this.#products = database.collection<ProductDocument>('products');
  }

  /** Changes a product by a pure rule, which may be asked more than once. A rule that answers the product it got changes nothing. */
  async change(id: string, rule: (product: Product) => Product): Promise<void> {
    await compareAndSet(this.#products, id, (document) => {
      const before = document === undefined ? unknownProduct(id) : toProduct(document);
      const after = rule(before);
      if (after === before) return undefined;
      const { id: _id, ...fields } = after;
      return { ...fields, sellable: sellable(after) };
    });
  }

  /** What is known of each of `ids`. Only the key is in the query, as it is all that is needed to find them. */
  async details(ids: readonly string[]): Promise<ReadonlyMap<string, ProductDetails>> {
    if (ids.length === 0) return new Map();
    const found = await this.#products
      .find({ _id: { $in: [...ids] } }, { maxTimeMS: MAX_TIME_MS })
      .project<DetailDocument>(DETAIL_FIELDS)
      .toArray();
    return new Map(found.map((document) => [document._id, toDetails(document)]));
  }

  /** Products that may be recommended, by rank. */
  async ranked(by: 'popular' | 'trending', count: number): Promise<RankedProduct[]> {
    const found = await this.#products
      .find({ sellable: true }, { maxTimeMS: MAX_TIME_MS })
      .sort({ [by]: -1 })
      .limit(count)
      .project<{ _id: string; categoryId: string } & Record<typeof by, Rank | null>>({ categoryId: 1, [by]: 1 })
      .toArray();
    return found.map((product) => ({ id: product._id, categoryId: product.categoryId, rank: product[by] }));
  }

  /** Products that may be recommended and were added after `since` (Unix milliseconds), newest first. */
  async newest(since: number, count: number): Promise<RankedProduct[]> {
    const found = await this.#products
      .find({ sellable: true, createdAt: { $gt: since } }, { maxTimeMS: MAX_TIME_MS })
      .sort({ createdAt: -1 })
      .limit(count)
      .project<{ _id: string; categoryId: string }>({ categoryId: 1 })
      .toArray();
    return found.map(({ _id, categoryId }) => ({ id: _id, categoryId, rank: null }));
  }

  /** The most popular products of a category that may be recommended; none of the category that is not known. */
  async popularInCategory(categoryId: string, count: number): Promise<string[]> {
    if (categoryId === '') return [];
    const found = await this.#products
      .find({ categoryId, sellable: true }, { maxTimeMS: MAX_TIME_MS })
      .sort({ popular: -1 })
      .limit(count)
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    return found.map(({ _id }) => _id);
  }
}

function toProduct({ _id, version: _version, sellable: _sellable, ...fields }: ProductDocument): Product {
  // A document from before products were changed or deleted lacks the fields of it.
  return { ...unknownProduct(_id), ...fields };
}
