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
  /** Gone for good, whatever else is heard of it. */
  readonly deleted: boolean;
  /** When what is known of its details was written, in Unix milliseconds; 0 when only the creation told. */
  readonly detailsAt: number;
  /** When it was added to the catalogue, in Unix milliseconds; 0 while that is not known. */
  readonly createdAt: number;
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
  const details = { name: '', categoryId: '', listed: false, deleted: false, detailsAt: 0, createdAt: 0 };
  return { id, ...details, inStock: false, stockVersion: -1, popular: null, trending: null, counted: [] };
}

/** Whether it may be recommended. */
export function sellable({ name, listed, deleted, inStock }: Product): boolean {
  return name !== '' && listed && !deleted && inStock;
}

/** It was added to the catalogue. What is known of its stock or its details already is newer. */
export function created(
  product: Product,
  {
    name,
    categoryId,
    listed,
    available,
    at,
  }: {
    readonly name: string;
    readonly categoryId: string;
    readonly listed: boolean;
    readonly available: bigint;
    readonly at: Date;
  },
): Product {
  if (product.name !== '' && product.stockVersion >= 0 && product.createdAt > 0) return product;
  const details = product.name === '' ? { name, categoryId, listed } : {};
  const stock = product.stockVersion < 0 ? { inStock: available > 0n, stockVersion: 0 } : {};
  return { ...product, ...details, ...stock, createdAt: at.getTime() };
}

/** Its details changed. Ones that were written before those that are known are a late event and change nothing. */
export function updated(
  product: Product,
  { name, categoryId, listed, at }: { readonly name: string; readonly categoryId: string; readonly listed: boolean; readonly at: Date },
): Product {
  return at.getTime() < product.detailsAt ? product : { ...product, name, categoryId, listed, detailsAt: at.getTime() };
}

/** It is sold no longer. */
export function deleted(product: Product): Product {
  return product.deleted ? product : { ...product, deleted: true };
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
