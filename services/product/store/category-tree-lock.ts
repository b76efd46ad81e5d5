import { sql, type QueryExecutorProvider } from 'kysely';

/** Advisory lock of the category tree, as (class, object). */
const TREE = [0x5072, 1] as const;

/**
 * Held until the end of the transaction by who changes the tree. Taken first, before any row is locked: who puts products into categories (`keepTree`) and who changes
 * the tree then wait for each other in one order.
 */
export async function lockTree(executor: QueryExecutorProvider): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TREE[0]}::integer, ${TREE[1]}::integer)`.execute(executor);
}

/** Held, by any number at once, by who relies on the tree as it is: a product's category is there, and named as its search text says. */
export async function keepTree(executor: QueryExecutorProvider): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${TREE[0]}::integer, ${TREE[1]}::integer)`.execute(executor);
}
