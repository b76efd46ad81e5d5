import { Failure } from '@shopverse/mesh/failure';

/** Why a part is not whole: its service did not answer in time, or there is more of it than one document takes. */
export type WhyMissing = 'AWAY' | 'TOO_MANY';

/** What one service knows of a user, as far as it could be had. */
export interface Part<Item> {
  readonly items: readonly Item[];
  /** Undefined when the part is whole. */
  readonly missing: WhyMissing | undefined;
}

/** One page of a list, and the token of the next one; empty on the last. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/** Most pages of one part: with a hundred items each, a document stays within a few megabytes. */
export const MOST_PAGES = 10;

/** What the mesh says of a service that is to be asked later. Anything else is a bug of ours or of theirs, which must be seen, and ends the export. */
const AWAY: ReadonlySet<string> = new Set(['DEPENDENCY_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED']);

/** Reads a list to its end, but no more than `MOST_PAGES`. When the service goes away on the way, what came before stays. */
export async function readPart<Item>(nextPage: (pageToken: string) => Promise<ListPage<Item>>): Promise<Part<Item>> {
  const items: Item[] = [];
  let pageToken = '';
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    let page: ListPage<Item>;
    try {
      page = await nextPage(pageToken);
    } catch (error) {
      if (error instanceof Failure && AWAY.has(error.reason)) return { items, missing: 'AWAY' };
      throw error;
    }
    items.push(...page.items);
    pageToken = page.nextPageToken;
    if (pageToken === '') return { items, missing: undefined };
  }
  return { items, missing: 'TOO_MANY' };
}
