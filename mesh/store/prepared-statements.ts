import type { Pool, PoolClient, QueryConfig } from 'pg';
import { sqlState } from './postgres-failure.ts';

/** How often a text must be seen to be prepared: what is asked once has its values in it, or is a list of a length that won't come again. */
const SEEN_OFTEN = 3;
/** Most statements a connection keeps prepared; each takes some 10 to 50 KiB of the server's memory. */
const MAX_PREPARED = 200;
/** Most texts that are counted; past that counting begins anew. */
const MAX_COUNTED = 1_000;

/**
 * Makes the connections of a pool prepare the statements that come again and again, each once for its connection: PostgreSQL then neither parses nor (once it has
 * found that a plan for all values is as good as one for these) plans them again, which is half of its work for the short statements of a shop.
 *
 * Only statements with parameters are prepared: others have their values in their text, and come once.
 *
 * When a migration changes the columns a prepared statement answers (another process runs it while this one serves), PostgreSQL refuses the statement on every
 * connection that has it prepared. It is then prepared anew: at once outside of a transaction; within one the error passes, as the transaction is lost
 * (see `isStalePlan`).
 */
export function prepareStatements(pool: Pick<Pool, 'on'>): void {
  const names = new StatementNames();
  // pg-pool tells of a connection before anybody gets it.
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const run = (config: QueryConfig) => query(config) as Promise<unknown>;
    const prepared = async (text: string, values: unknown[], name: string): Promise<unknown> => {
      try {
        return await run({ name, text, values });
      } catch (error) {
        if (!isStalePlan(error)) throw error;
        names.renew(text, name);
        if (isInTransaction(client)) throw error;
        return run({ text, values });
      }
    };
    client.query = ((...args: unknown[]): unknown => {
      const [text, values] = args;
      // Streams, cursors and pg's own forms go their way.
      if (args.length !== 2 || typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return query(...args);
      const name = names.of(text);
      return name === undefined ? query(text, values) : prepared(text, values, name);
    }) as typeof client.query;
  });
}

/**
 * Whether PostgreSQL refused a prepared statement because its answer would have other columns than when it was prepared. The transaction in which that happens,
 * run again, finds the statement prepared anew.
 */
export function isStalePlan(error: unknown): boolean {
  return sqlState(error) === '0A000' && /cached plan must not change result type/.test((error as Error).message);
}

/** Not yet in the types of `pg`: "I" while no transaction is open. */
function isInTransaction(client: PoolClient): boolean {
  return (client as PoolClient & { getTransactionStatus(): string | null }).getTransactionStatus() !== 'I';
}

/** Which statements are prepared, and by which name. */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #seen = new Map<string, number>();
  #next = 1;

  /** The name by which `text` is prepared; undefined when it did not come often, or when enough others did. */
  of(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined || this.#names.size >= MAX_PREPARED) return name;
    const seen = (this.#seen.get(text) ?? 0) + 1;
    if (seen < SEEN_OFTEN) {
      if (this.#seen.size >= MAX_COUNTED) this.#seen.clear();
      this.#seen.set(text, seen);
      return undefined;
    }
    this.#seen.delete(text);
    return this.#give(text);
  }

  /**
   * Gives `text` another name than `stale`, so that each connection prepares it anew; once, however many connections find it stale. What it was prepared as stays until the
   * connection ends.
   */
  renew(text: string, stale: string): void {
    if (this.#names.get(text) === stale) this.#give(text);
  }

  #give(text: string): string {
    const name = `s${this.#next}`;
    this.#next += 1;
    this.#names.set(text, name);
    return name;
  }
}
