import type { IndexDescription } from 'mongodb';
import type { History } from '../domain/history.ts';
import type { Product } from '../domain/product.ts';
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
}

/** The products most similar to one. */
export interface SimilarDocument {
  /** Product id. */
  readonly _id: string;
  readonly products: readonly Similar[];
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

/** The indexes that serve the queries of this folder. */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  products: [
    { key: { sellable: 1, popular: -1 }, name: 'popular' },
    { key: { sellable: 1, trending: -1 }, name: 'trending' },
    { key: { categoryId: 1, sellable: 1, popular: -1 }, name: 'popular_of_category' },
  ],
  shoppers: [
    { key: { 'recent.productId': 1, lastAt: -1 }, name: 'shoppers_of_product' },
    { key: { freshSince: 1 }, name: 'fresh', sparse: true },
  ],
  inbox: [{ key: { at: 1 }, name: 'age' }],
};
