import type { ListProductsRequest, ListProductsResponse } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize, type Cursor } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { searchWords } from '../domain/search-words.ts';
import { listNewest, search, type ProductFilter, type SearchPosition } from '../store/product-list.ts';
import { alikeWords, type SearchQuery } from '../store/search-query.ts';
import { toProductMessage } from './product-message.ts';

/**
 * Products that are for sale: newest first, or, with a query, best match first. A query that no product answers to the letter is asked again with
 * the words of the catalogue that look most like its own; the pages after the first go on as the first began. Errors: INVALID_PAGE_TOKEN.
 */
export function listProducts({ database }: { readonly database: Postgres }): UnaryHandler<ListProductsRequest, ListProductsResponse> {
  return async (request) => {
    const { query: text, categoryId, brand, inStock, pageToken } = request;
    const query = { list: 'products', text, categoryId, brand, inStock };
    const filter: ProductFilter = { categoryId: given(categoryId), brand: given(brand.trim()), inStock };
    const size = pageSize(request);
    if (text.trim() === '') {
      const after = decodePageToken(query, pageToken, 1)?.map(idOf)[0];
      const { rows, nextPageToken } = page(await listNewest(database.sql, filter, after, size + 1), size, query, ({ id }) => [id]);
      return { products: rows.map(toProductMessage), nextPageToken };
    }
    const words = searchWords(text);
    if (words.length === 0) return { products: [], nextPageToken: '' };
    const position = searchPosition(decodePageToken(query, pageToken, 3), words);
    let wanted: SearchQuery = position?.query ?? { words };
    let found = await search(database.sql, wanted, filter, position?.after, size + 1);
    if (found.length === 0 && position === undefined) {
      const alternatives = await alikeWords(database.sql, words);
      if (alternatives.some((words) => words.length === 0)) return { products: [], nextPageToken: '' };
      wanted = { alternatives };
      found = await search(database.sql, wanted, filter, undefined, size + 1);
    }
    const spelling = 'words' in wanted ? '' : wanted.alternatives.map((words) => words.join(' ')).join(',');
    const { rows, nextPageToken } = page(found, size, query, ({ rank, product }) => [spelling, rank, product.id]);
    return { products: rows.map(({ product }) => toProductMessage(product)), nextPageToken };
  };
}

function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/**
 * Where the page before ended, and how it spelled the words: the vocabulary may have grown since, and a list must not change its question on the way. A token is
 * readable, so what is in it is as little to be trusted as any input.
 */
function searchPosition(cursor: Cursor | undefined, words: readonly string[]): { query: SearchQuery; after: SearchPosition } | undefined {
  if (cursor === undefined) return undefined;
  const [spelling = '', rank = '', id = ''] = cursor;
  if (!/^\d(\.\d{1,12})?(e-\d{1,2})?$/.test(rank)) throw badToken();
  const alternatives = spelling.split(',').map((alike) => searchWords(alike));
  if (spelling !== '' && alternatives.length !== words.length) throw badToken();
  return { query: spelling === '' ? { words } : { alternatives }, after: { rank, id: idOf(id) } };
}

function idOf(text: string): string {
  if (!isId(text)) throw badToken();
  return text;
}

function badToken() {
  return failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
}
