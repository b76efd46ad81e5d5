import { describe, expect, it } from '@jest/globals';
import { failure } from '@shopverse/mesh/failure';
import fc from 'fast-check';
import { MOST_PAGES, readPart } from './personal-data.ts';

/** A list of so many numbers, in pages of a size, that goes away before a page if it is told to. */
const listOf = (size: number, pageSize: number, awayAt = Infinity) => {
  let pages = 0;
  return async (pageToken: string) => {
    pages += 1;
    if (pages > awayAt) throw failure('DEPENDENCY_UNAVAILABLE', 'The service is away.');
    const from = Number(pageToken);
    const to = Math.min(size, from + pageSize);
    return { items: Array.from({ length: to - from }, (_, n) => from + n), nextPageToken: to < size ? `${to}` : '' };
  };
};

describe('a part of one’s data', () => {
  it('is whole exactly when all pages came, and always the beginning of the list, each item once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(80), fc.integer({ min: 1, max: 10 }), fc.nat(12), async (size, pageSize, awayAt) => {
        const { items, missing } = await readPart(listOf(size, pageSize, awayAt));
        const pagesThere = Math.max(1, Math.ceil(size / pageSize));
        const pagesRead = Math.min(pagesThere, MOST_PAGES, awayAt);
        expect(items).toEqual(Array.from({ length: Math.min(size, pagesRead * pageSize) }, (_, n) => n));
        const expected = pagesRead === pagesThere ? undefined : pagesRead === MOST_PAGES ? 'TOO_MANY' : 'AWAY';
        expect(missing).toBe(expected);
      }),
    );
  });

  it('is not read when the trouble is a bug', async () => {
    await expect(readPart(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    await expect(readPart(() => Promise.reject(failure('INTERNAL', 'broken')))).rejects.toMatchObject({ reason: 'INTERNAL' });
  });
});
