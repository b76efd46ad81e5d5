import type { ExportProductsRequest, ExportProductsResponse } from '@shopverse/contracts/shopverse/product/v1/import_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, encodePageToken, pageSize } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { headOf, rowOf } from '../imports/write-rows.ts';
import { listForExport } from '../store/product-export.ts';
import { formatOf } from './import-message.ts';
import type { ReadDeps } from './read-products.ts';

/** A part that has more bytes ends: with one more product it still fits a gRPC message, and the edge's limit of answers. */
const PART_BYTES = 1024 * 1024;

/** The next part of the catalogue as a file. Errors: INVALID_PAGE_TOKEN. */
export function exportProducts({ database }: ReadDeps): UnaryHandler<ExportProductsRequest, ExportProductsResponse> {
  return async (request) => {
    const options = { format: formatOf(request.format), withoutStock: request.withoutStock };
    const query = { list: 'export', ...options };
    const [after] = decodePageToken(query, request.pageToken, 1) ?? [];
    if (after !== undefined && !isId(after))
      throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the part before.');
    const size = pageSize(request, { fallback: 500, max: 500 });
    const found = await listForExport(database.sql, after, size + 1);
    const parts = after === undefined ? [headOf(options)] : [];
    let [bytes, products] = [0, 0];
    for (const product of found.slice(0, size)) {
      const row = rowOf(product, options);
      parts.push(row);
      products += 1;
      bytes += Buffer.byteLength(row);
      if (bytes > PART_BYTES) break;
    }
    const last = found[products - 1];
    const nextPageToken = last === undefined || products === found.length ? '' : encodePageToken(query, [last.id]);
    return { content: parts.join(''), products, nextPageToken };
  };
}
