import type { IndexDescription } from 'mongodb';
import type { History } from '../domain/history.ts';
import type { Product } from '../domain/product.ts';
import type { Suggestion } from '../domain/recommend.ts';
import type { Similar } from '../domain/similarity.ts';

/** A product, its stock and how much interest there is in it. */
export interface ProductDocument extends Omit<Product, 'id'> {
  /** Product id. */
  readonly _id: string;
  /** Counts up with each change. */
  readonly version: number;
  readonly sellable: boolean;
}

/** A shopper's history. */
export interface ShopperDocument extends History {
  /** User id. */
  readonly _id: string;
  /** Counts up with each change. */
  readonly version: number;
  /** Moment of the newest interaction. */
  readonly lastAt: Date;
  /** Since when there is something in it that the lists of similar products don't know; absent when they know all. */
  readonly freshSince?: Date;
  /** What is recommended, best first; absent when the history has something that it was not made of. */
  readonly picks?: readonly Suggestion[];
  /** The first of the picks' products, for `$lookup`. */
  readonly shortlist?: readonly string[];
  readonly pickedAt?: Date;
  /** They are deleted: nothing is remembered of them any more, whatever comes late. */
  readonly erased?: true;
}

/** The products most similar to one. */
export interface SimilarDocument {
  /** Product id. */
  readonly _id: string;
  readonly products: readonly Similar[];
  /** The product itself and the first of `products`, for `$lookup`. */
  readonly shortlist: readonly string[];
  readonly computedAt: Date;
}

/** An event that was handled. */
export interface InboxDocument {
  /** Event id. */
  readonly _id: string;
  readonly at: Date;
}

/** The half-lives that all stored ranks were made with. */
export interface ScaleDocument {
  readonly _id: 'half-lives';
  readonly popularMs: number;
  readonly trendingMs: number;
}

/** Products that are looked up with a list in the same read: the usual ten, and as many to spare, as some may be sold out. */
export const SHORTLIST = 20;

/** The indexes that serve the queries of this folder. */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  products: [
    { key: { sellable: 1, popular: -1 }, name: 'popular' },
    { key: { sellable: 1, trending: -1 }, name: 'trending' },
    { key: { categoryId: 1, sellable: 1, popular: -1 }, name: 'popular_of_category' },
    { key: { sellable: 1, createdAt: -1 }, name: 'newest' },
  ],
  shoppers: [
    { key: { 'recent.productId': 1, lastAt: -1 }, name: 'shoppers_of_product' },
    { key: { freshSince: 1 }, name: 'fresh', sparse: true },
  ],
  inbox: [{ key: { at: 1 }, name: 'age' }],
};
