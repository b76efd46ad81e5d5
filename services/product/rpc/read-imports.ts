import type { HttpBody } from '@shopverse/contracts/google/api/httpbody';
import type { Import } from '@shopverse/contracts/shopverse/product/v1/import';
import type {
  DownloadImportErrorsRequest,
  GetImportRequest,
  ListImportErrorsRequest,
  ListImportErrorsResponse,
  ListImportsRequest,
  ListImportsResponse,
} from '@shopverse/contracts/shopverse/product/v1/import_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { errorsCsv } from '../imports/write-rows.ts';
import { findImport, listImports as storedImports } from '../store/import-repository.ts';
import { listErrors, MOST_ERRORS } from '../store/import-rows.ts';
import { importNotFound, toImportMessage } from './import-message.ts';
import type { ReadDeps } from './read-products.ts';

/** An import. Errors: IMPORT_NOT_FOUND. */
export function getImport({ database }: ReadDeps): UnaryHandler<GetImportRequest, Import> {
  return async ({ id }) => {
    const found = await findImport(database.sql, id);
    if (found === undefined) throw importNotFound(id);
    return toImportMessage(found);
  };
}

/** Imports, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listImports({ database }: ReadDeps): UnaryHandler<ListImportsRequest, ListImportsResponse> {
  return async (request) => {
    const query = { list: 'imports' };
    const [before] = decodePageToken(query, request.pageToken, 1) ?? [];
    if (before !== undefined && !isId(before)) throw badToken();
    const size = pageSize(request);
    const { rows, nextPageToken } = page(await storedImports(database.sql, before, size + 1), size, query, ({ id }) => [id]);
    return { imports: rows.map(toImportMessage), nextPageToken };
  };
}

/** What was wrong with rows. Errors: IMPORT_NOT_FOUND, INVALID_PAGE_TOKEN. */
export function listImportErrors({ database }: ReadDeps): UnaryHandler<ListImportErrorsRequest, ListImportErrorsResponse> {
  return async (request) => {
    const { importId } = request;
    const query = { list: 'import-errors', importId };
    const [after = '0'] = decodePageToken(query, request.pageToken, 1) ?? [];
    if (!/^\d{1,6}$/.test(after)) throw badToken();
    const size = pageSize(request);
    if ((await findImport(database.sql, importId)) === undefined) throw importNotFound(importId);
    const found = await listErrors(database.sql, importId, Number(after), size + 1);
    const { rows, nextPageToken } = page(found, size, query, ({ place }) => [String(place)]);
    return { errors: rows.map(({ row, field, message }) => ({ row, field, message })), nextPageToken };
  };
}

/** The same as one CSV file. Errors: IMPORT_NOT_FOUND. */
export function downloadImportErrors({ database }: ReadDeps): UnaryHandler<DownloadImportErrorsRequest, HttpBody> {
  return async ({ importId }) => {
    if ((await findImport(database.sql, importId)) === undefined) throw importNotFound(importId);
    const errors = await listErrors(database.sql, importId, 0, MOST_ERRORS);
    return { contentType: 'text/csv; charset=utf-8', data: Buffer.from(errorsCsv(errors)), extensions: [] };
  };
}

function badToken() {
  return failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
}
