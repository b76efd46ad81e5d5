import { Import } from '@shopverse/contracts/shopverse/product/v1/import';
import type {
  AppendImportContentRequest,
  CancelImportRequest,
  ImportProductsRequest,
  StartImportRequest,
} from '@shopverse/contracts/shopverse/product/v1/import_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { oneLine } from '../domain/one-line.ts';
import { appendContent, stagedBytes } from '../store/import-content.ts';
import { addImport, endImport, findImport, hasEnded, lockImport, queueImport, type StoredImport } from '../store/import-repository.ts';
import { formatOf, importNotFound, toImportMessage } from './import-message.ts';

/** What importing needs. */
export interface ImportProductsDeps {
  readonly database: Postgres;
  /** Largest file, in bytes. */
  readonly maxBytes: number;
  /** Most bytes of all files that wait. */
  readonly maxStagedBytes: number;
  /** Called when something has happened to an import. */
  readonly onProgress: (importId: string) => void;
}

/** Largest part of a file, in bytes: the edge takes no larger body. */
const MOST_PART_BYTES = 1024 * 1024;

/** Begins an import, and queues it when its file comes with it. Errors: IMPORT_TOO_LARGE, IDEMPOTENCY_KEY_REUSED. */
export function importProducts(deps: ImportProductsDeps): UnaryHandler<ImportProductsRequest, Import> {
  return async ({ format, content, fileName }, call) => {
    const { userId: createdBy } = signedIn(call);
    return idempotent(deps.database, call, { codec: Import }, (claim) =>
      deps.database.transaction(async (tx) => {
        const id = claim.resourceId;
        await addImport(tx.sql, { id, format: formatOf(format), fileName: oneLine(fileName), createdBy });
        if (content !== '') {
          await append(tx, deps, id, 0, Buffer.from(content));
          await queueImport(tx.sql, id);
        }
        const answer = toImportMessage(await known(tx, id));
        await claim.complete(tx, answer);
        return answer;
      }),
    );
  };
}

/** Adds the next part of a file. Errors: IMPORT_NOT_FOUND, IMPORT_STATE, IMPORT_OFFSET, IMPORT_TOO_LARGE. */
export function appendImportContent(deps: ImportProductsDeps): UnaryHandler<AppendImportContentRequest, Import> {
  return async ({ id, offset, content }) => {
    const part = content?.data ?? new Uint8Array();
    if (part.byteLength > MOST_PART_BYTES) throw invalidField('content', `must be at most ${MOST_PART_BYTES} bytes`);
    return deps.database.transaction(async (tx) => {
      const { state, receivedBytes } = (await lockImport(tx.sql, id)) ?? missing(id);
      if (state !== 'UPLOADING') throw failure('IMPORT_STATE', 'The file of this import is complete.', { import_id: id, state });
      if (offset !== BigInt(receivedBytes)) throw wrongOffset('The part must begin where the file ends so far.', id, receivedBytes);
      await append(tx, deps, id, receivedBytes, part);
      return toImportMessage(await known(tx, id));
    });
  };
}

/** Queues an import whose file is whole. Errors: IMPORT_NOT_FOUND, IMPORT_OFFSET. */
export function startImport({ database, onProgress }: ImportProductsDeps): UnaryHandler<StartImportRequest, Import> {
  return async ({ id, totalBytes }) => {
    const answer = await database.transaction(async (tx) => {
      const { state, receivedBytes } = (await lockImport(tx.sql, id)) ?? missing(id);
      if (state === 'UPLOADING' && totalBytes > 0n && totalBytes !== BigInt(receivedBytes))
        throw wrongOffset('The file is not whole.', id, receivedBytes);
      await queueImport(tx.sql, id);
      return toImportMessage(await known(tx, id));
    });
    onProgress(id);
    return answer;
  };
}

/** Stops an import. Errors: IMPORT_NOT_FOUND. */
export function cancelImport({ database, onProgress }: ImportProductsDeps): UnaryHandler<CancelImportRequest, Import> {
  return async ({ id }) => {
    const answer = await database.transaction(async (tx) => {
      const found = (await lockImport(tx.sql, id)) ?? missing(id);
      if (!hasEnded(found)) await endImport(tx, id, { state: 'CANCELLED' });
      return toImportMessage(await known(tx, id));
    });
    onProgress(id);
    return answer;
  };
}

async function append(
  tx: Transaction,
  { maxBytes, maxStagedBytes }: ImportProductsDeps,
  id: string,
  offset: number,
  content: Uint8Array,
): Promise<void> {
  if (content.byteLength === 0) return;
  if (offset + content.byteLength > maxBytes)
    throw failure('IMPORT_TOO_LARGE', `A file may have ${maxBytes} bytes: import it in several.`, {
      import_id: id,
      max_bytes: String(maxBytes),
    });
  if ((await stagedBytes(tx.sql)) + content.byteLength > maxStagedBytes)
    throw failure('IMPORT_TOO_LARGE', 'The files of all imports that wait are too large together: let them end, or cancel some.', {
      import_id: id,
      max_bytes: String(maxStagedBytes),
    });
  await appendContent(tx.sql, id, offset, content);
}

async function known(tx: Transaction, id: string): Promise<StoredImport> {
  return (await findImport(tx.sql, id)) ?? missing(id);
}

function missing(id: string): never {
  throw importNotFound(id);
}

function wrongOffset(message: string, id: string, receivedBytes: number) {
  return failure('IMPORT_OFFSET', message, { import_id: id, received_bytes: String(receivedBytes) });
}
