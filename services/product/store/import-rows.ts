import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';

/** What is wrong with a row, as it is kept. */
export interface StoredImportError {
  /** Counts the errors of an import. */
  readonly place: number;
  readonly row: bigint;
  /** Empty when it is the row as a whole. */
  readonly field: string;
  readonly message: string;
}

/** Most errors of an import that are kept. */
export const MOST_ERRORS = 20_000;

/** Keeps errors behind the `kept` that are there already, as many as are kept at all; answers how many there are then. */
export async function addErrors(
  executor: QueryExecutorProvider,
  id: string,
  kept: number,
  errors: readonly Omit<StoredImportError, 'place'>[],
): Promise<number> {
  const added = errors.slice(0, MOST_ERRORS - kept);
  if (added.length === 0) return kept;
  await sql`
    insert into import_errors (import_id, place, row_number, field, message)
    select ${id}::uuid, ${kept}::integer + e.place, e.row_number, e.field, e.message
    from unnest(${added.map(({ row }) => String(row))}::bigint[], ${added.map(({ field }) => field)}::text[], ${added.map(({ message }) => message)}::text[])
      with ordinality as e (row_number, field, message, place)`.execute(executor);
  return kept + added.length;
}

interface ErrorRow {
  readonly place: number;
  readonly row_number: string;
  readonly field: string;
  readonly message: string;
}

/** The errors of an import after a place, in the order of the file. Served by its primary key. */
export function errorsQuery(id: string, after: number, limit: number): RawBuilder<ErrorRow> {
  return sql<ErrorRow>`
    select place, row_number, field, message from import_errors
    where import_id = ${id}::uuid and place > ${after}::integer order by place limit ${limit}`;
}

/** Runs `errorsQuery`. */
export async function listErrors(executor: QueryExecutorProvider, ...query: Parameters<typeof errorsQuery>): Promise<StoredImportError[]> {
  const { rows } = await errorsQuery(...query).execute(executor);
  return rows.map(({ place, row_number, field, message }) => ({ place, row: BigInt(row_number), field, message }));
}

/** Remembers in which row SKUs stand; answers for those that stand in an earlier row of the file already which that is. */
export async function rememberSkus(
  executor: QueryExecutorProvider,
  id: string,
  rows: readonly { readonly sku: string; readonly number: number }[],
): Promise<ReadonlyMap<number, number>> {
  const skus = rows.map(({ sku }) => sku);
  const numbers = rows.map(({ number }) => number);
  await sql`
    insert into import_skus (import_id, sku, row_number)
    select ${id}::uuid, sku, number from unnest(${skus}::text[], ${numbers}::bigint[]) as given (sku, number) order by number
    on conflict do nothing`.execute(executor);
  const { rows: earlier } = await sql<{ number: string; first: string }>`
    select given.number, known.row_number as first
    from unnest(${skus}::text[], ${numbers}::bigint[]) as given (sku, number)
    join import_skus known on known.import_id = ${id}::uuid and known.sku = given.sku
    where known.row_number <> given.number`.execute(executor);
  return new Map(earlier.map(({ number, first }) => [Number(number), Number(first)]));
}
