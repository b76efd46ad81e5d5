import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';

/** The process that was at it is gone. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Ends "the process" at one of the moments between its steps: around each transaction, each call to a peer, each request to the provider, each event. */
export class Faults {
  #left: number | undefined;
  #dead = false;

  /** From now on the process lives until `points` more moments have passed; for ever when undefined. */
  arm(points: number | undefined): void {
    this.#left = points;
    this.#dead = false;
  }

  /** Whether it has died since. */
  get crashed(): boolean {
    return this.#dead;
  }

  /** One of those moments. @throws Crash */
  point(): void {
    if (this.#left !== undefined && !this.#dead) {
      this.#dead = this.#left === 0;
      this.#left -= 1;
    }
    // Whoever caught the first crash is dead all the same.
    if (this.#dead) throw new Crash('The process died here.');
  }

  /** With a moment before and after: its effect is there, but nobody hears of it. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    this.point();
    const result = await work();
    this.point();
    return result;
  }

  /** The same database, with moments before, in (all that is rolled back) and after each transaction. */
  in<Tables>(database: Postgres<Tables>): Postgres<Tables> {
    const transaction = <T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> =>
      this.around(() =>
        database.transaction(async (tx) => {
          const result = await work(tx);
          this.point();
          return result;
        }),
      );
    return new Proxy(database, {
      get: (target, key) => {
        if (key === 'transaction') return transaction;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }
}
