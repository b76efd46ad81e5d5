import type { ListProductsRequest, ListProductsResponse } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { page, pageSize } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { NEWEST_FIRST } from '../domain/product-order.ts';
import { searchWords } from '../domain/search-words.ts';
import { countFacets } from '../store/product-facets.ts';
import { listStored } from '../store/product-list.ts';
import { search, type FoundProduct } from '../store/product-search.ts';
import { alikeWords, type SearchQuery } from '../store/search-query.ts';
import type { StoredProduct } from '../store/stored-product.ts';
import { facetsOf, toFacetsMessage } from './facets-message.ts';
import { listCursor, listPosition, searchCursor, searchPosition } from './list-position.ts';
import { wantedList, type WantedList } from './list-request.ts';
import { toProductMessage } from './product-message.ts';

/** What listing needs. */
export interface ListProductsDeps {
  readonly database: Postgres;
  /** ISO 4217 code of the currency that the shop sells in. */
  readonly currency: string;
}

/** A page of a list, and the question that it answers in the end: "nothing" is a question that no product can answer. */
interface ListPage {
  readonly products: readonly StoredProduct[];
  readonly nextPageToken: string;
  readonly question: SearchQuery | 'everything' | 'nothing';
}

/**
 * Products that are for sale: newest first, or, with a query, best match first, or as the request wants it. A query that no product answers to the letter is asked again
 * with the words of the catalogue that look most like its own; the pages after the first go on as the first began. Errors: INVALID_PAGE_TOKEN.
 */
export function listProducts({ database, currency }: ListProductsDeps): UnaryHandler<ListProductsRequest, ListProductsResponse> {
  return async (request) => {
    const wanted = wantedList(request, currency);
    const list = wanted.text === '' ? await pageOfAll(database, wanted, request) : await pageOfMatches(database, wanted, request);
    const { products, nextPageToken, question } = list;
    const answer = { products: products.map(toProductMessage), nextPageToken };
    if (request.facets.length === 0) return { ...answer, facets: undefined };
    if (question === 'nothing') return { ...answer, facets: toFacetsMessage(NO_FACETS, currency) };
    const query = question === 'everything' ? undefined : question;
    const facets = await countFacets(database.sql, query, wanted.filter, facetsOf(request.facets), currency);
    return { ...answer, facets: toFacetsMessage(facets, currency) };
  };
}

const NO_FACETS = { total: 0n, categories: [], brands: [], prices: undefined };
const NOTHING_FOUND: ListPage = { products: [], nextPageToken: '', question: 'nothing' };

async function pageOfAll({ sql }: Postgres, wanted: WantedList, request: ListProductsRequest): Promise<ListPage> {
  const order = wanted.order ?? NEWEST_FIRST;
  const size = pageSize(request);
  const found = await listStored(sql, wanted.filter, order, listPosition(wanted, order, request.pageToken), size + 1);
  const { rows, nextPageToken } = page(found, size, wanted.query, (product) => listCursor(order, product));
  return { products: rows, nextPageToken, question: 'everything' };
}

async function pageOfMatches({ sql }: Postgres, wanted: WantedList, request: ListProductsRequest): Promise<ListPage> {
  const { text, filter, order, query } = wanted;
  const size = pageSize(request);
  const words = searchWords(text);
  if (words.length === 0) return NOTHING_FOUND;
  const position = searchPosition(wanted, request.pageToken, words);
  let question: SearchQuery = position?.query ?? { words };
  const ask = (): Promise<FoundProduct[]> => search(sql, question, filter, { order, after: position?.after, limit: size + 1 });
  let found = await ask();
  if (found.length === 0 && position === undefined) {
    const alternatives = await alikeWords(sql, words);
    if (alternatives.some((alike) => alike.length === 0)) return NOTHING_FOUND;
    question = { alternatives };
    found = await ask();
  }
  const { rows, nextPageToken } = page(found, size, query, (match) => searchCursor(question, order, match));
  return { products: rows.map(({ product }) => product), nextPageToken, question };
}
