import { sql, type QueryExecutorProvider } from 'kysely';
import { IMPORT_COLUMNS, storedImport, type ImportColumns, type RowCounts, type StoredImport } from './import-repository.ts';

/** An import that this process works on, until another one has a later claim. */
export interface ClaimedImport {
  readonly import: StoredImport;
  /** Counts the claims of an import. */
  readonly claim: bigint;
  /** Claims since it last got on, this one included. */
  readonly tries: number;
}

/** What a batch adds to an import. */
export interface Progress extends RowCounts {
  /** Where the next batch begins. */
  readonly readBytes: number;
  readonly lastRow: number;
  readonly errorsKept: number;
  readonly workedMs: number;
}

/** Claims the import that has waited longest and that nobody works on, for `leaseMs` milliseconds. Any number of processes may ask at once. */
export async function claimImport(executor: QueryExecutorProvider, leaseMs: number): Promise<ClaimedImport | undefined> {
  const { rows } = await sql<ImportColumns & { claim: string; tries: number }>`
    update product_imports i
    set state = 'RUNNING', claim = i.claim + 1, tries = i.tries + 1, started_at = coalesce(i.started_at, now()), touched_at = now(),
      lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond'
    where i.id = (
      select id from product_imports where state in ('QUEUED', 'RUNNING') and lease_until < now() order by queued_at limit 1 for update skip locked
    )
    returning ${IMPORT_COLUMNS}, i.claim, i.tries`.execute(executor);
  return rows.map((row) => ({ import: storedImport(row), claim: BigInt(row.claim), tries: row.tries }))[0];
}

/** The import as it is now, locked until the transaction ends; undefined when somebody else has claimed it, or it has ended. */
export async function lockClaimed(
  executor: QueryExecutorProvider,
  { import: { id }, claim }: ClaimedImport,
): Promise<StoredImport | undefined> {
  const { rows } = await sql<ImportColumns>`
    select ${IMPORT_COLUMNS} from product_imports i
    where i.id = ${id}::uuid and i.claim = ${String(claim)}::bigint and i.state = 'RUNNING' for no key update`.execute(executor);
  return rows.map(storedImport)[0];
}

/** Adds what a batch did to a locked import, and renews its lease. */
export async function saveProgress(executor: QueryExecutorProvider, id: string, progress: Progress, leaseMs: number): Promise<void> {
  const { created, updated, unchanged, refused, readBytes, lastRow, errorsKept, workedMs } = progress;
  await sql`
    update product_imports set created = created + ${created}, updated = updated + ${updated}, unchanged = unchanged + ${unchanged}, refused = refused + ${refused},
      read_bytes = ${readBytes}, last_row = ${lastRow}, errors_kept = ${errorsKept}, worked_ms = worked_ms + ${Math.round(workedMs)}, tries = 0, touched_at = now(),
      lease_until = clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'
    where id = ${id}::uuid`.execute(executor);
}

/** Lets the next one go on at once. @param blameless whether this try says nothing about the import: it was to stop, or the database was busy */
export async function releaseClaim(
  executor: QueryExecutorProvider,
  { import: { id }, claim }: ClaimedImport,
  blameless: boolean,
): Promise<void> {
  await sql`
    update product_imports set lease_until = '-infinity', tries = greatest(0, tries - ${blameless ? 1 : 0})
    where id = ${id}::uuid and claim = ${String(claim)}::bigint and state = 'RUNNING'`.execute(executor);
}
