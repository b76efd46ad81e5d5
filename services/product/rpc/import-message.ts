import { ImportFormat, ImportState, type Import } from '@shopverse/contracts/shopverse/product/v1/import';
import { failure, type Failure } from '@shopverse/mesh/failure';
import type { ImportFormat as StoredFormat, StoredImport } from '../store/import-repository.ts';

/** An import as it travels. */
export function toImportMessage(one: StoredImport): Import {
  const { id, fileName, failure, createdBy, createdAt, startedAt, endedAt } = one;
  const rows = one.created + one.updated + one.unchanged + one.refused;
  return {
    id,
    fileName,
    failure,
    createdBy,
    createdAt,
    startedAt,
    endedAt,
    format: one.format === 'CSV' ? ImportFormat.CSV : ImportFormat.JSON_LINES,
    state: ImportState[one.state],
    receivedBytes: BigInt(one.receivedBytes),
    readBytes: BigInt(one.readBytes),
    rowsRead: BigInt(rows),
    created: BigInt(one.created),
    updated: BigInt(one.updated),
    unchanged: BigInt(one.unchanged),
    refused: BigInt(one.refused),
    rowsPerSecond: one.workedMs === 0 ? 0 : Math.round((rows * 1000) / one.workedMs),
  };
}

/** A format of the contract, whose rules leave no other. */
export function formatOf(format: ImportFormat): StoredFormat {
  return format === ImportFormat.JSON_LINES ? 'JSON_LINES' : 'CSV';
}

/** There is no such import, or none any more. */
export function importNotFound(id: string): Failure {
  return failure('IMPORT_NOT_FOUND', 'No import with this id.', { import_id: id });
}
