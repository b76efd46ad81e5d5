import { Failure } from '@shopverse/mesh/failure';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { keepTree } from '../store/category-tree-lock.ts';
import { lockClaimed, saveProgress, type ClaimedImport } from '../store/import-claims.ts';
import { readContent } from '../store/import-content.ts';
import { endImport } from '../store/import-repository.ts';
import { addErrors } from '../store/import-rows.ts';
import type { ToMessage } from '../store/stored-product.ts';
import { applyBatch } from './apply-batch.ts';
import { BadHeader, parseCsv, parseJsonLines, readHeader, type ParsedRow } from './parse-rows.ts';
import { RowSplitter, type FileRow } from './split-rows.ts';

/** What working off an import needs. */
export interface WorkOffDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
  readonly lowAt: bigint;
  /** The shop's currency, ISO 4217. */
  readonly currency: string;
  readonly toMessage: ToMessage;
  /** Rows of one transaction. */
  readonly batchRows: number;
  readonly maxRowBytes: number;
  /** How long a claim holds without a batch, in milliseconds. */
  readonly leaseMs: number;
  /** Called after each batch. */
  readonly onProgress: (importId: string) => void;
}

/** Tries of a batch that somebody else's product of the same SKU got in the way of. */
const SKU_TRIES = 5;

/**
 * Works an import off from where it is, batch by batch, each with its progress in one transaction; so that whoever goes on after a crash does each row once.
 * Ends early, without ending the import, when the signal aborts or another process has the claim.
 */
export async function workOff(deps: WorkOffDeps, claimed: ClaimedImport, signal: AbortSignal): Promise<void> {
  const { database } = deps;
  const { id, format, readBytes, lastRow } = claimed.import;
  let parse: (rows: readonly FileRow[]) => ParsedRow[] = parseJsonLines;
  let [offset, rowsBefore] = [readBytes, lastRow];
  if (format === 'CSV') {
    const head = await readHead(deps, claimed);
    if ('failure' in head) return end(deps, claimed, head.failure);
    parse = (rows) => parseCsv(rows, head.columns);
    if (lastRow === 0) [offset, rowsBefore] = [head.end, 1];
  }
  const splitter = new RowSplitter(readContent(database.sql, id, offset), { format, offset, rowsBefore, maxRowBytes: deps.maxRowBytes });
  for (let since = performance.now(); !signal.aborted;) {
    const rows = await splitter.take(deps.batchRows);
    const last = rows.at(-1);
    if (last === undefined) return end(deps, claimed);
    const parsed = parse(rows);
    const begun = since;
    if (!(await batch(deps, claimed, { parsed, readBytes: last.end, lastRow: last.number, since: begun }))) return;
    since = performance.now();
    deps.onProgress(id);
    if (rows.length < deps.batchRows) return end(deps, claimed);
  }
}

/** A batch of rows and where the next one begins. */
interface Batch {
  readonly parsed: readonly ParsedRow[];
  readonly readBytes: number;
  readonly lastRow: number;
  /** On the clock of `performance.now()`. */
  readonly since: number;
}

/** Answers false when the claim is lost, and nothing was done. */
async function batch(deps: WorkOffDeps, claimed: ClaimedImport, { parsed, readBytes, lastRow, since }: Batch): Promise<boolean> {
  const { database, clock, lowAt, currency, toMessage, leaseMs } = deps;
  const importId = claimed.import.id;
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.transaction(async (tx) => {
        await keepTree(tx.sql);
        const now = await lockClaimed(tx.sql, claimed);
        if (now === undefined) return false;
        const context = { importId, actor: now.createdBy, at: clock(), lowAt, currency, toMessage };
        const { counts, errors } = await applyBatch(tx, parsed, context);
        const errorsKept = await addErrors(tx.sql, importId, now.errorsKept, errors);
        await saveProgress(tx.sql, importId, { ...counts, readBytes, lastRow, errorsKept, workedMs: performance.now() - since }, leaseMs);
        return true;
      });
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'SKU_TAKEN' || tries === SKU_TRIES) throw error;
    }
  }
}

async function end({ database, onProgress }: WorkOffDeps, claimed: ClaimedImport, failure = ''): Promise<void> {
  await database.transaction(async (tx) => {
    if ((await lockClaimed(tx.sql, claimed)) === undefined) return;
    await endImport(tx, claimed.import.id, { state: failure === '' ? 'SUCCEEDED' : 'FAILED', failure });
  });
  onProgress(claimed.import.id);
}

/** The first row of a CSV file, which whoever goes on needs as well. */
async function readHead({ database, maxRowBytes }: WorkOffDeps, { import: { id } }: ClaimedImport) {
  const splitter = new RowSplitter(readContent(database.sql, id, 0), { format: 'CSV', offset: 0, rowsBefore: 0, maxRowBytes });
  const [head] = await splitter.take(1);
  try {
    return { columns: readHeader(head), end: head?.end ?? 0 };
  } catch (error) {
    if (error instanceof BadHeader) return { failure: error.message };
    throw error;
  }
}
