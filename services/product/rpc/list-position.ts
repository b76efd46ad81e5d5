import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, type Cursor } from '@shopverse/mesh/paging';
import type { ProductOrder } from '../domain/product-order.ts';
import { searchWords } from '../domain/search-words.ts';
import { positionOf, type ListPosition } from '../store/product-list.ts';
import type { FoundProduct } from '../store/product-search.ts';
import type { SearchQuery } from '../store/search-query.ts';
import type { StoredProduct } from '../store/stored-product.ts';
import type { WantedList } from './list-request.ts';

/** Longest name that is looked for, in UTF-16 units: twice the longest that a product can have. */
const MAX_NAME = 400;

/** Where the page after a product begins. */
export function listCursor(order: ProductOrder, product: StoredProduct): Cursor {
  const { key, id } = positionOf(order, product);
  return [key, id];
}

/** Where a list goes on; undefined for its first page. @throws Failure INVALID_PAGE_TOKEN */
export function listPosition({ query }: WantedList, order: ProductOrder, token: string): ListPosition | undefined {
  const cursor = decodePageToken(query, token, 2);
  return cursor && positionAt(order, cursor);
}

/** Where the page after a match begins, and how the words are spelled. */
export function searchCursor(wanted: SearchQuery, order: ProductOrder | undefined, { product, rank }: FoundProduct): Cursor {
  const spelling = 'words' in wanted ? '' : wanted.alternatives.map((words) => words.join(' ')).join(',');
  return [spelling, ...(order === undefined ? [rank, product.id] : listCursor(order, product))];
}

/**
 * Where the page before ended, and how it spelled the words: the vocabulary may have grown since, and a list must not change its question on the way.
 *
 * @throws Failure INVALID_PAGE_TOKEN
 */
export function searchPosition(
  { query, order }: WantedList,
  token: string,
  words: readonly string[],
): { readonly query: SearchQuery; readonly after: ListPosition } | undefined {
  const cursor = decodePageToken(query, token, 3);
  if (cursor === undefined) return undefined;
  const [spelling = '', ...place] = cursor;
  const alternatives = spelling.split(',').map((alike) => searchWords(alike));
  if (spelling !== '' && alternatives.length !== words.length) throw badToken();
  return { query: spelling === '' ? { words } : { alternatives }, after: positionAt(order, place) };
}

/** A token is readable, so what is in it is as little to be trusted as any input. */
function positionAt(order: ProductOrder | undefined, [key = '', id = '']: Cursor): ListPosition {
  const valid =
    order === undefined
      ? /^\d(\.\d{1,12})?(e-\d{1,2})?$/.test(key)
      : { created_at: key === '', price: /^\d{1,13}$/.test(key), name: key.length <= MAX_NAME && !key.includes('\0') }[order.by];
  if (!valid || !isId(id)) throw badToken();
  return { key, id };
}

function badToken() {
  return failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
}
