import { eventTypes } from '@shopverse/contracts/event-types';
import { ImportState as EventState } from '@shopverse/contracts/shopverse/product/v1/import';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';

/** How a file is written. */
export type ImportFormat = 'CSV' | 'JSON_LINES';
/** Where an import stands. */
export type ImportState = 'UPLOADING' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** What became of rows. */
export interface RowCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** An import as it is kept. */
export interface StoredImport extends RowCounts {
  readonly id: string;
  readonly format: ImportFormat;
  readonly fileName: string;
  readonly state: ImportState;
  readonly receivedBytes: number;
  readonly readBytes: number;
  /** The number of the last row that was worked off; the first of a file is 1. */
  readonly lastRow: number;
  readonly errorsKept: number;
  /** How long it was worked on, in milliseconds. */
  readonly workedMs: number;
  /** Empty unless it FAILED. */
  readonly failure: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** A row of `IMPORT_COLUMNS`. */
export interface ImportColumns {
  readonly id: string;
  readonly format: ImportFormat;
  readonly file_name: string;
  readonly state: ImportState;
  readonly received_bytes: string;
  readonly read_bytes: string;
  readonly last_row: string;
  readonly created: string;
  readonly updated: string;
  readonly unchanged: string;
  readonly refused: string;
  readonly errors_kept: number;
  readonly worked_ms: string;
  readonly failure: string;
  readonly created_by: string;
  readonly created_at_ms: string | number;
  readonly started_at_ms: string | number | null;
  readonly ended_at_ms: string | number | null;
}

/** The columns of a stored import, of `product_imports i`. */
export const IMPORT_COLUMNS = sql`
  i.id, i.format, i.file_name, i.state, i.received_bytes, i.read_bytes, i.last_row, i.created, i.updated, i.unchanged, i.refused, i.errors_kept, i.worked_ms, i.failure,
  i.created_by, extract(epoch from i.created_at) * 1000 as created_at_ms, extract(epoch from i.started_at) * 1000 as started_at_ms,
  extract(epoch from i.ended_at) * 1000 as ended_at_ms`;

export function storedImport(row: ImportColumns): StoredImport {
  return {
    id: row.id,
    format: row.format,
    fileName: row.file_name,
    state: row.state,
    receivedBytes: Number(row.received_bytes),
    readBytes: Number(row.read_bytes),
    lastRow: Number(row.last_row),
    created: Number(row.created),
    updated: Number(row.updated),
    unchanged: Number(row.unchanged),
    refused: Number(row.refused),
    errorsKept: row.errors_kept,
    workedMs: Number(row.worked_ms),
    failure: row.failure,
    createdBy: row.created_by,
    createdAt: new Date(Number(row.created_at_ms)),
    startedAt: row.started_at_ms === null ? undefined : new Date(Number(row.started_at_ms)),
    endedAt: row.ended_at_ms === null ? undefined : new Date(Number(row.ended_at_ms)),
  };
}

/** Whether nothing more happens to an import. */
export function hasEnded({ state }: Pick<StoredImport, 'state'>): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
}

/** Adds an import whose file is on the way. */
export async function addImport(
  executor: QueryExecutorProvider,
  { id, format, fileName, createdBy }: Pick<StoredImport, 'id' | 'format' | 'fileName' | 'createdBy'>,
): Promise<void> {
  await sql`
    insert into product_imports (id, format, file_name, state, created_by) values (${id}, ${format}, ${fileName}, 'UPLOADING', ${createdBy})`.execute(
    executor,
  );
}

/** An import. */
export async function findImport(executor: QueryExecutorProvider, id: string): Promise<StoredImport | undefined> {
  return (await select(executor, sql`where i.id = ${id}::uuid`))[0];
}

/** An import, locked until the transaction ends. */
export async function lockImport(executor: QueryExecutorProvider, id: string): Promise<StoredImport | undefined> {
  return (await select(executor, sql`where i.id = ${id}::uuid for no key update`))[0];
}

/** Imports, newest first, from the one before `before` on. Served by the primary key, as ids are UUIDv7. */
export async function listImports(executor: QueryExecutorProvider, before: string | undefined, limit: number): Promise<StoredImport[]> {
  const from = before === undefined ? sql`` : sql`where i.id < ${before}::uuid`;
  return select(executor, sql`${from} order by i.id desc limit ${limit}`);
}

/** Lets an import whose file is whole be worked off. */
export async function queueImport(executor: QueryExecutorProvider, id: string): Promise<void> {
  await sql`update product_imports set state = 'QUEUED', queued_at = now(), touched_at = now() where id = ${id} and state = 'UPLOADING'`.execute(
    executor,
  );
}

/** Ends an import that has not ended, and says ProductsImported unless somebody stopped it, who knows. */
export async function endImport(
  tx: Transaction,
  id: string,
  { state, failure = '' }: { readonly state: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'; readonly failure?: string },
): Promise<void> {
  const { rows } = await sql<ImportColumns>`
    update product_imports i set state = ${state}, failure = ${failure}, ended_at = now(), touched_at = now(), lease_until = '-infinity',
      read_bytes = ${state === 'SUCCEEDED' ? sql.ref('received_bytes') : sql.ref('read_bytes')}
    where id = ${id} and ended_at is null
    returning ${IMPORT_COLUMNS}`.execute(tx.sql);
  const [ended] = rows.map(storedImport);
  if (ended === undefined || state === 'CANCELLED') return;
  tx.publish(eventTypes['shopverse.product.v1.ProductsImported'], {
    importId: id,
    fileName: ended.fileName,
    state: EventState[state],
    created: BigInt(ended.created),
    updated: BigInt(ended.updated),
    unchanged: BigInt(ended.unchanged),
    refused: BigInt(ended.refused),
    failure,
    createdBy: ended.createdBy,
    endedAt: ended.endedAt,
  });
}

async function select(executor: QueryExecutorProvider, rest: RawBuilder<unknown>): Promise<StoredImport[]> {
  const { rows } = await sql<ImportColumns>`select ${IMPORT_COLUMNS} from product_imports i ${rest}`.execute(executor);
  return rows.map(storedImport);
}
