import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import type { Service } from '@shopverse/mesh/lifecycle/service';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import { listCategories, type StoredCategory } from './category-repository.ts';

/** A connection besides the pool. */
type Connection = Awaited<ReturnType<Postgres['connect']>>;

/** The channel that every change of `categories` is said on, by a trigger. */
const CHANNEL = 'category_tree';
/** How often the connection is tried while nothing happens, in milliseconds. */
const IDLE_MS = 15_000;

/** How much is remembered, and how long. */
export interface CategoryTreeOptions {
  /** A tree with more categories is read anew each time. */
  readonly maxEntries: number;
  /** A tree that was read longer ago is read again, whether or not a change was heard of; in milliseconds. */
  readonly timeToLiveMs: number;
}

/** What it needs of the database; `load` reads the tree. */
export interface CategoryTreeDeps {
  readonly database: Pick<Postgres, 'connect'>;
  readonly load: () => Promise<readonly StoredCategory[]>;
  readonly log: Logger;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

/**
 * The category tree as this process remembers it. Every change, by whichever replica, is heard of by LISTEN on a connection of its own; while that connection is not
 * there nothing is remembered, and every reader asks the database.
 */
export class CategoryTree {
  readonly #deps: CategoryTreeDeps;
  readonly #options: CategoryTreeOptions;
  #listening = false;
  #known: { readonly tree: Promise<readonly StoredCategory[]>; readonly until: number } | undefined;

  constructor(deps: CategoryTreeDeps, options: CategoryTreeOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Whether changes are heard of now. */
  get listening(): boolean {
    return this.#listening;
  }

  /** The whole tree, parents before their children, siblings by name. Those who ask at the same time share one answer. */
  list(): Promise<readonly StoredCategory[]> {
    const { load, now } = this.#deps;
    if (!this.#listening) return load();
    if (this.#known !== undefined && now() < this.#known.until) return this.#known.tree;
    // What is forgotten while it is being read is another entry by then: what comes of it is not remembered.
    const entry = { tree: load(), until: now() + this.#options.timeToLiveMs };
    this.#known = entry;
    const drop = () => {
      if (this.#known === entry) this.#known = undefined;
    };
    entry.tree.then((tree) => (tree.length > this.#options.maxEntries ? drop() : undefined), drop);
    return entry.tree;
  }

  /** The tree has changed. Called by who changed it here, so that its next reader sees that; of other replicas' changes it hears. */
  forget(): void {
    this.#known = undefined;
  }

  /** Listens until the signal, whatever becomes of the connection. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#session(signal, () => (failures = 0));
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'changes of the category tree are not heard of; it is read anew each time');
        await sleep(Math.max(100, backoffMs(failures, { initialMs: 200, maxMs: 10_000 })), signal);
      }
    }
  }

  async #session(signal: AbortSignal, works: () => void): Promise<void> {
    const client: Connection = await this.#deps.database.connect('category tree');
    const lost = new AbortController();
    client.once('end', () => {
      this.#silent();
      lost.abort();
    });
    try {
      client.on('notification', () => this.forget());
      await client.query(`listen ${CHANNEL}`);
      this.forget();
      this.#listening = !lost.signal.aborted;
      works();
      const either = AbortSignal.any([signal, lost.signal]);
      // A connection that is gone without a word is noticed by a question.
      while (await sleep(IDLE_MS, either)) await client.query('select 1');
      if (!signal.aborted) throw new Error('The connection was lost.');
    } finally {
      this.#silent();
      await client.end().catch(() => undefined);
    }
  }

  #silent(): void {
    this.#listening = false;
    this.forget();
  }
}

/** The category tree, heard of for as long as the service runs. */
export function startCategoryTree(
  service: Pick<Service, 'log' | 'signal' | 'onStop'>,
  database: Postgres,
  options: CategoryTreeOptions,
): CategoryTree {
  const load = () => listCategories(database.sql);
  const tree = new CategoryTree({ database, load, log: service.log, now: () => performance.now() }, options);
  const running = tree.run(service.signal);
  service.onStop('jobs', 'category tree', () => running);
  return tree;
}
