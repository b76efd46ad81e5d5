import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Import, ImportError } from '@shopverse/client/gen/product';
import { ConnectionError, type ShopServices } from '@shopverse/client/shop';
import { adminShop } from '../catalogue/admin-shop.ts';
import { formatOf } from '../catalogue/file-format.ts';
import { countsOf, importView, type ImportView } from '../catalogue/import-view.ts';
import { asStackError } from '../catalogue/shop-trouble.ts';
import { upload } from '../catalogue/upload.ts';
import { createStack } from '../stack.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse import`. */
export interface ImportOptions {
  readonly format?: string;
  readonly resume?: string;
  readonly errors?: string | undefined;
  readonly json?: boolean;
}

/** Errors that are shown; all of them are in the file of --errors. */
const SHOWN_ERRORS = 10;
/** Streams that an import is watched by: each lives for a quarter of an hour at most. */
const MOST_STREAMS = 500;
/** Before a stream that broke off is opened again, in milliseconds. */
const AGAIN_MS = 1_000;
/** Exit code of what Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * `shopverse import [file]`: puts a file of products into the catalogue, through the edge, and shows how it gets on. With --resume it goes on with an import: with its upload, if its file is
 * not whole, and with watching it. Ctrl-C leaves the import as it is. Exit code 0 only when no row was refused.
 */
export async function importFile(file: string | undefined, { format, resume, errors, json = false }: ImportOptions): Promise<void> {
  if (file === undefined && resume === undefined) throw new StackError('Name a file to import, or with --resume an import to go on with.');
  const view = importView(json ? { write: () => true, columns: 0 } : process.stdout);
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort();
  process.once('SIGINT', onInterrupt);
  let [id, uploaded] = [resume, false];
  try {
    const shop = await adminShop(await createStack());
    id ??= (await shop.import.importProducts({ format: formatOf(format, file), fileName: basename(file ?? '') })).id;
    if (!json) process.stdout.write(`Import ${id}\n`);
    const begun = await shop.import.getImport({ id });
    if (begun.state === 'IMPORT_STATE_UPLOADING') {
      if (file === undefined) throw new StackError('The file of this import is not whole: name it, too.');
      const totalBytes = await upload({ shop, id, file, signal: interrupted.signal, onPart: view.sent });
      await shop.import.startImport({ id, totalBytes });
    }
    uploaded = true;
    const done = await watch(shop, id, view, interrupted.signal);
    view.end();
    await tell(shop, done, { errors, json });
  } catch (error) {
    view.end();
    if (id !== undefined) {
      process.stderr.write(
        uploaded
          ? `The import goes on without you. Watch it: npx shopverse import --resume ${id}\n`
          : `The upload waits for a day. Go on with it: npx shopverse import ${file ?? 'FILE'} --resume ${id}\n`,
      );
    }
    if (!interrupted.signal.aborted) asStackError(error);
    process.exitCode = INTERRUPTED;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

async function watch(shop: ShopServices, id: string, view: ImportView, signal: AbortSignal): Promise<Import> {
  for (let streams = 1; ; streams += 1) {
    try {
      for await (const now of shop.import.watchImport({ id }, { signal })) {
        view.done(now);
        if (now.endedAt !== undefined) return now;
      }
    } catch (error) {
      if (!(error instanceof ConnectionError) || streams === MOST_STREAMS) throw error;
    }
    await delay(AGAIN_MS, undefined, { signal });
  }
}

async function tell(shop: ShopServices, done: Import, { errors, json }: Pick<ImportOptions, 'errors' | 'json'>): Promise<void> {
  const succeeded = done.state === 'IMPORT_STATE_SUCCEEDED';
  if (!succeeded || Number(done.refused) > 0) process.exitCode = 1;
  const { errors: first } = await shop.import.listImportErrors({ importId: done.id, pageSize: SHOWN_ERRORS });
  if (errors !== undefined) await writeFile(errors, await (await shop.import.downloadImportErrors({ importId: done.id })).text());
  if (json === true) return void process.stdout.write(`${JSON.stringify(asJson(done, first))}\n`);
  const why = done.failure === '' ? '' : `: ${done.failure}`;
  const state = done.state.replace('IMPORT_STATE_', '').toLowerCase();
  process.stdout.write(`The import has ${succeeded ? 'succeeded' : state}${why}\n${countsOf(done)}; ${done.rowsPerSecond} rows/s\n`);
  for (const { row, field, message } of first) process.stdout.write(`row ${row}${field === '' ? '' : `, ${field}`}: ${message}\n`);
  if (Number(done.refused) > first.length || errors !== undefined)
    process.stdout.write(errors === undefined ? `All of them as CSV: npx shopverse import --resume ${done.id} --errors errors.csv\n` : `All of them are in ${errors}.\n`); // prettier-ignore
}

function asJson(done: Import, errors: readonly ImportError[]): object {
  return {
    id: done.id,
    state: done.state.replace('IMPORT_STATE_', ''),
    rows: Number(done.rowsRead),
    created: Number(done.created),
    updated: Number(done.updated),
    unchanged: Number(done.unchanged),
    refused: Number(done.refused),
    rows_per_second: done.rowsPerSecond,
    failure: done.failure === '' ? null : done.failure,
    errors: errors.map(({ row, field, message }) => ({ row: Number(row), field, message })),
  };
}
