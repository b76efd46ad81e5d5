import { createHash } from 'node:crypto';
import { failure } from './failure.ts';

/** Where a page ended: the sort keys of its last row, in order. */
export type Cursor = readonly string[];

/**
 * An opaque token for the page after `cursor` of `query` (AIP-158). It is bound to the query: used with another one it is refused, so a
 * client can't mix pages of different lists.
 *
 * @param query everything but page_size and page_token that shapes the list
 */
export function encodePageToken(query: Readonly<Record<string, unknown>>, cursor: Cursor): string {
  return Buffer.from(JSON.stringify([fingerprint(query), ...cursor])).toString('base64url');
}

/** The cursor in `token`; undefined for the first page (empty token). Throws INVALID_PAGE_TOKEN when malformed or another query's. */
export function decodePageToken(query: Readonly<Record<string, unknown>>, token: string, keys: number): Cursor | undefined {
  if (token === '') return undefined;
  const parts = parse(token);
  if (parts === undefined || parts.length !== keys + 1 || parts[0] !== fingerprint(query)) {
    throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before, with the other fields unchanged.');
  }
  return parts.slice(1);
}

/** How many rows a page has: what was asked for within `max`, or `fallback` when nothing was. */
export function pageSize(request: { readonly pageSize: number }, { fallback = 20, max = 100 } = {}): number {
  return request.pageSize <= 0 ? fallback : Math.min(request.pageSize, max);
}

/** Splits what a query for `size + 1` rows gave into the page and the token of the next one ('' on the last). */
export function page<Row>(
  rows: readonly Row[],
  size: number,
  query: Readonly<Record<string, unknown>>,
  cursorOf: (row: Row) => Cursor,
): { rows: readonly Row[]; nextPageToken: string } {
  if (rows.length <= size) return { rows, nextPageToken: '' };
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return { rows: shown, nextPageToken: last === undefined ? '' : encodePageToken(query, cursorOf(last)) };
}

function fingerprint(query: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(sorted, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function parse(token: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
