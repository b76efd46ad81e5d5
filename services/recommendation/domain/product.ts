import { addRank, rankOf, type Rank } from './decay.ts';
import { WEIGHTS, type InteractionKind } from './interaction.ts';

/** What is known of a product. Events come from several topics, so any of it may be known before the rest. */
export interface Product {
  readonly id: string;
  /** Empty until the product's creation is known. */
  readonly name: string;
  readonly categoryId: string;
  /** Not withdrawn from sale. */
  readonly listed: boolean;
  readonly inStock: boolean;
  /** Version of the stock that `inStock` is of; 0 when only the creation told. */
  readonly stockVersion: number;
  /** Interest of all shoppers, decayed slowly. */
  readonly popular: Rank | null;
  /** Interest of all shoppers, decayed fast. */
  readonly trending: Rank | null;
  /** The last event of each source that counted into the ranks, so that it never counts twice. */
  readonly counted: readonly { readonly source: string; readonly eventId: string }[];
}

/** How fast interest fades, in milliseconds. */
export interface HalfLives {
  readonly popularMs: number;
  readonly trendingMs: number;
}

/** Interest in a product, and where it was heard of. */
export interface Interest {
  readonly kind: InteractionKind;
  readonly at: Date;
  readonly eventId: string;
  /** A stream whose events are handled one after the other, each again and again until it is done: topic and partition. */
  readonly source: string;
}

/** A product of which nothing is known. */
export function unknownProduct(id: string): Product {
  return { id, name: '', categoryId: '', listed: false, inStock: false, stockVersion: -1, popular: null, trending: null, counted: [] };
}

/** Whether it may be recommended. */
export function sellable({ name, listed, inStock }: Product): boolean {
  return name !== '' && listed && inStock;
}

/** It was added to the catalogue. What is known of its stock already is newer. */
export function created(
  product: Product,
  {
    name,
    categoryId,
    listed,
    available,
  }: { readonly name: string; readonly categoryId: string; readonly listed: boolean; readonly available: bigint },
): Product {
  if (product.name !== '') return product;
  const stock = product.stockVersion < 0 ? { inStock: available > 0n, stockVersion: 0 } : {};
  return { ...product, name, categoryId, listed, ...stock };
}

/** Its stock changed. A version that is not newer than what is known is a late event and changes nothing. */
export function stockChanged(product: Product, { available, version }: { readonly available: bigint; readonly version: bigint }): Product {
  return Number(version) <= product.stockVersion ? product : { ...product, inStock: available > 0n, stockVersion: Number(version) };
}

/** Somebody was interested in it. The last event of its source does not count again. */
export function interested(product: Product, { kind, at, eventId, source }: Interest, halfLives: HalfLives): Product {
  if (product.counted.some((last) => last.source === source && last.eventId === eventId)) return product;
  const weight = WEIGHTS[kind];
  return {
    ...product,
    popular: addRank(product.popular, rankOf(weight, at.getTime(), halfLives.popularMs)),
    trending: addRank(product.trending, rankOf(weight, at.getTime(), halfLives.trendingMs)),
    counted: [...product.counted.filter((last) => last.source !== source), { source, eventId }],
  };
}
