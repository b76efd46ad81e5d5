import { failure } from '@shopverse/mesh/failure';
import { decodePageToken } from '@shopverse/mesh/paging';

/** After all positions. */
const END = 999_999_999_999_999_999n;

/** Where a list goes on that is ordered by a counting key, newest first. @throws Failure INVALID_PAGE_TOKEN */
export function positionBefore(query: Readonly<Record<string, unknown>>, token: string): bigint {
  const [position] = decodePageToken(query, token, 1) ?? [];
  if (position === undefined) return END;
  if (!/^\d{1,18}$/.test(position)) throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
  return BigInt(position);
}
