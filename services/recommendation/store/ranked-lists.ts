import { worthAt } from '../domain/decay.ts';
import type { HalfLives } from '../domain/product.ts';
import type { Scored } from '../domain/recommend.ts';
import type { ProductStore } from './product-store.ts';

/** Products in a list: enough to fill the longest answer when some are sold out or bought. */
const LENGTH = 150;
/** Age from which on a list is read anew, in milliseconds; who asks meanwhile gets the old one. */
const STALE_MS = 2_000;
/** Age from which on a list is not given out any more, in milliseconds. */
const TOO_OLD_MS = 30_000;

/** Which list. */
export type ListName = 'popular' | 'trending' | 'newest';

/** A product of a list. */
export interface Listed extends Scored {
  readonly categoryId: string;
}

interface List {
  readonly products: readonly Listed[];
  readonly readAt: number;
}

/**
 * What is popular, trending or new, for everybody alike: read once in a while, not for each call. Whether a product is still in stock is asked when it is
 * recommended.
 */
export class RankedLists {
  readonly #products: Pick<ProductStore, 'ranked' | 'newest'>;
  readonly #halfLives: HalfLives;
  readonly #newForMs: number;
  readonly #lists = new Map<ListName, List>();
  readonly #reading = new Map<ListName, Promise<List>>();

  /** @param newForMs how long a product is new after it was added */
  constructor(products: Pick<ProductStore, 'ranked' | 'newest'>, halfLives: HalfLives, newForMs: number) {
    this.#products = products;
    this.#halfLives = halfLives;
    this.#newForMs = newForMs;
  }

  /** Best first. Scores are what interest is worth now; of what is new there is none. */
  async of(name: ListName): Promise<readonly Listed[]> {
    const list = this.#lists.get(name);
    const age = list === undefined ? Infinity : Date.now() - list.readAt;
    if (list === undefined || age >= TOO_OLD_MS) return (await this.#read(name)).products;
    // Trouble shows when the list gets too old.
    if (age >= STALE_MS) this.#read(name).catch(() => undefined);
    return list.products;
  }

  #read(name: ListName): Promise<List> {
    const running = this.#reading.get(name);
    if (running !== undefined) return running;
    const reading = this.#fetch(name).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #fetch(name: ListName): Promise<List> {
    const readAt = Date.now();
    const halfLifeMs = name === 'trending' ? this.#halfLives.trendingMs : this.#halfLives.popularMs;
    const found = await (name === 'newest' ? this.#products.newest(readAt - this.#newForMs, LENGTH) : this.#products.ranked(name, LENGTH));
    const products = found.map(({ id, categoryId, rank }) => ({ productId: id, categoryId, score: worthAt(rank, readAt, halfLifeMs) }));
    const list = { products, readAt };
    this.#lists.set(name, list);
    return list;
  }
}
