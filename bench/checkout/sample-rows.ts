import type { Pool } from 'pg';

/** A value to write: as it is, or an id that each copy of the sample has anew. */
export type Value = string | null | { readonly id: string };

/** A prepared statement with its pattern of values. */
export interface Write {
  readonly name: string;
  readonly text: string;
  readonly values: readonly Value[];
}

/** Columns of text that hold an id of somebody else's. */
const FOREIGN_IDS: ReadonlySet<string> = new Set([
  'key',
  'event_id',
  'booking_id',
  'provider_order_id',
  'provider_payment_id',
  'provider_refund_id',
]);
/** Ids that stay. */
const KEPT_IDS: ReadonlySet<string> = new Set(['customer_id', 'user_id']);

interface Column {
  readonly name: string;
  readonly uuid: boolean;
}

/** All columns of a table that PostgreSQL doesn't fill in by itself. */
async function columnsOf(pool: Pool, table: string): Promise<Column[]> {
  const { rows } = await pool.query<Column>(
    `select attname as name, atttypid = 'uuid'::regtype as uuid from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = '' order by attnum`,
    [`public.${table}`],
  );
  return rows;
}

/** Tables that have a column of this name. */
export async function tablesWith(pool: Pool, column: string): Promise<string[]> {
  const { rows } = await pool.query<{ table_name: string }>(
    "select table_name from information_schema.columns where table_schema = 'public' and column_name = $1 order by table_name",
    [column],
  );
  return rows.map(({ table_name: name }) => name);
}

/** One insert that writes the rows of `table` for which `condition` holds again, with new ids; undefined when there are none. */
export async function writeOf(pool: Pool, table: string, condition: string, parameters: readonly string[]): Promise<Write | undefined> {
  const columns = await columnsOf(pool, table);
  const { rows } = await pool.query<(string | null)[]>({
    text: `select ${columns.map(({ name }) => `"${name}"::text`).join(', ')} from public."${table}" where ${condition}`,
    values: [...parameters],
    rowMode: 'array',
  });
  if (rows.length === 0) return undefined;
  const values = rows.flatMap((row) =>
    columns.map(({ name, uuid }, index): Value => {
      const value = row[index] ?? null;
      const isId = (uuid && !KEPT_IDS.has(name)) || FOREIGN_IDS.has(name);
      return isId && value !== null ? { id: value } : value;
    }),
  );
  const tuples = rows.map((_row, at) => `(${columns.map((_column, index) => `$${at * columns.length + index + 1}`).join(', ')})`);
  const text = `insert into bench."${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')}) values ${tuples.join(', ')}`;
  return { name: `${table} ${condition}`, text, values };
}

/** Makes empty copies of tables in a schema of the benchmark's own: the same columns, checks and indexes, without foreign keys. */
export async function copyTables(pool: Pool, tables: readonly string[]): Promise<void> {
  await pool.query('drop schema if exists bench cascade; create schema bench');
  for (const table of new Set(tables)) await pool.query(`create table bench."${table}" (like public."${table}" including all)`);
}
