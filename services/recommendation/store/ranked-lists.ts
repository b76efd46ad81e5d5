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

interface List {
  readonly products: readonly Scored[];
  readonly readAt: number;
}

/**
 * What is popular or trending, for everybody alike: read once in a while, not for each call. Whether a product is still in stock is asked when it is
 * recommended.
 */
export class RankedLists {
  readonly #products: Pick<ProductStore, 'ranked'>;
  readonly #halfLives: HalfLives;
  readonly #lists = new Map<'popular' | 'trending', List>();
  readonly #reading = new Map<'popular' | 'trending', Promise<List>>();

  constructor(products: Pick<ProductStore, 'ranked'>, halfLives: HalfLives) {
    this.#products = products;
    this.#halfLives = halfLives;
  }

  /** Best first. Scores are what interest is worth now. */
  async of(by: 'popular' | 'trending'): Promise<readonly Scored[]> {
    const list = this.#lists.get(by);
    const age = list === undefined ? Infinity : Date.now() - list.readAt;
    if (list === undefined || age >= TOO_OLD_MS) return (await this.#read(by)).products;
    // Trouble shows when the list gets too old.
    if (age >= STALE_MS) this.#read(by).catch(() => undefined);
    return list.products;
  }

  #read(by: 'popular' | 'trending'): Promise<List> {
    const running = this.#reading.get(by);
    if (running !== undefined) return running;
    const reading = this.#fetch(by).finally(() => this.#reading.delete(by));
    this.#reading.set(by, reading);
    return reading;
  }

  async #fetch(by: 'popular' | 'trending'): Promise<List> {
    const readAt = Date.now();
    const halfLifeMs = by === 'popular' ? this.#halfLives.popularMs : this.#halfLives.trendingMs;
    const ranked = await this.#products.ranked(by, LENGTH);
    const list = { products: ranked.map(({ id, rank }) => ({ productId: id, score: worthAt(rank, readAt, halfLifeMs) })), readAt };
    this.#lists.set(by, list);
    return list;
  }
}
