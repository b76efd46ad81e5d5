import { sql, type QueryExecutorProvider } from 'kysely';

/** Rows deleted by one statement. */
const SLICE = 5_000;
/** Parts of files deleted by one statement: each is up to a megabyte. */
const PARTS = 100;
/** Statements in one run; the next run goes on. */
const MOST_SLICES = 1_000;

/** Deletes the files, and the lists of their SKUs, of imports that have ended. Any number of processes may do so at once. */
export async function tidyImports(executor: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from product_imports where ended_at is not null and not tidy order by ended_at limit 100`.execute(executor);
  let slices = 0;
  for (const { id } of rows) {
    for (const [table, limit] of [['import_content', PARTS], ['import_skus', SLICE]] as const) {
      for (let left = true; left; slices += 1) {
        if (slices >= MOST_SLICES) return;
        const { numAffectedRows } = await sql`
          delete from ${sql.table(table)} where ctid in (select ctid from ${sql.table(table)} where import_id = ${id}::uuid limit ${limit})`.execute(executor);
        left = numAffectedRows === BigInt(limit);
      }
    }
    await sql`update product_imports set tidy = true where id = ${id}::uuid`.execute(executor);
  } // prettier-ignore
}

/** Cancels imports whose files were not completed in time. Answers how many. */
export async function cancelAbandoned(executor: QueryExecutorProvider, afterMs: number): Promise<number> {
  const { numAffectedRows } = await sql`
    update product_imports set state = 'CANCELLED', ended_at = now()
    where state = 'UPLOADING' and ended_at is null and touched_at < now() - ${afterMs}::float8 * interval '1 millisecond'`.execute(
    executor,
  );
  return Number(numAffectedRows ?? 0);
}

/** Forgets imports that ended long ago, with their errors. */
export async function forgetImports(executor: QueryExecutorProvider, afterMs: number): Promise<void> {
  await sql`
    delete from product_imports where id in (
      select id from product_imports where ended_at < now() - ${afterMs}::float8 * interval '1 millisecond' and tidy order by ended_at limit 20
    )`.execute(executor);
}
