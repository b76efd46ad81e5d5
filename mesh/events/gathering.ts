/** Puts together what several ask for at about the same time, to do it at once. */
export class Gathering<Item> {
  readonly #most: number;
  readonly #doAll: (items: readonly Item[]) => Promise<void>;
  #items: Item[] = [];
  #done: Promise<void> | undefined;

  /** @param most items at once */
  constructor(most: number, doAll: (items: readonly Item[]) => Promise<void>) {
    this.#most = most;
    this.#doAll = doAll;
  }

  /** Resolves when these items are done with, and fails when any of those that were done with them failed. */
  async add(items: readonly Item[]): Promise<void> {
    this.#done ??= new Promise((resolve) => setTimeout(resolve, GATHER_MS)).then(() => this.#flush());
    this.#items.push(...items);
    return this.#done;
  }

  async #flush(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    this.#done = undefined;
    for (let start = 0; start < items.length; start += this.#most) await this.#doAll(items.slice(start, start + this.#most));
  }
}

/** Time for the others to join, in milliseconds. */
const GATHER_MS = 5;
