import type { Collection, Db } from 'mongodb';
import type { Rank } from '../domain/decay.ts';
import { sellable, unknownProduct, type Product } from '../domain/product.ts';
import { compareAndSet } from './compare-and-set.ts';
import type { ProductDocument } from './documents.ts';

/** Longest time of a query, in milliseconds. */
const MAX_TIME_MS = 2_000;

/** What a list shows of a product. */
export interface ListedProduct {
  readonly id: string;
  readonly name: string;
}

/** A product and its rank in a list. */
export interface RankedProduct {
  readonly id: string;
  readonly rank: Rank | null;
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

  /** Those of `ids` that may be recommended, in no order. */
  async sellable(ids: readonly string[]): Promise<ListedProduct[]> {
    const found = await this.#products
      .find({ _id: { $in: [...ids] }, sellable: true }, { maxTimeMS: MAX_TIME_MS })
      .project<{ _id: string; name: string }>({ name: 1 })
      .toArray();
    return found.map(({ _id, name }) => ({ id: _id, name }));
  }

  /** Products that may be recommended, by rank. */
  async ranked(by: 'popular' | 'trending', count: number): Promise<RankedProduct[]> {
    const found = await this.#products
      .find({ sellable: true }, { maxTimeMS: MAX_TIME_MS })
      .sort({ [by]: -1 })
      .limit(count)
      .project<{ _id: string } & Record<typeof by, Rank | null>>({ [by]: 1 })
      .toArray();
    return found.map((product) => ({ id: product._id, rank: product[by] }));
  }

  /** The most popular products that may be recommended and are in the category of this one; none when its category is not known. */
  async ofSameCategory(id: string, count: number): Promise<string[]> {
    const categoryId = (await this.#products.findOne({ _id: id }, { maxTimeMS: MAX_TIME_MS }))?.categoryId ?? '';
    if (categoryId === '') return [];
    const found = await this.#products
      .find({ categoryId, sellable: true }, { maxTimeMS: MAX_TIME_MS })
      .sort({ popular: -1 })
      .limit(count)
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    return found.map(({ _id }) => _id);
  }

  /** The popularity rank of each of `ids` that has one. */
  async popularity(ids: readonly string[]): Promise<ReadonlyMap<string, Rank>> {
    const found = await this.#products
      .find({ _id: { $in: [...ids] } }, { maxTimeMS: MAX_TIME_MS })
      .project<{ _id: string; popular: Rank | null }>({ popular: 1 })
      .toArray();
    return new Map(found.flatMap(({ _id, popular }) => (popular === null ? [] : [[_id, popular]])));
  }
}

function toProduct({ _id, version: _version, sellable: _sellable, ...fields }: ProductDocument): Product {
  // A document from before products were changed or deleted lacks the fields of it.
  return { ...unknownProduct(_id), ...fields };
}
