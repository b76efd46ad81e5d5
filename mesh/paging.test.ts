import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePageToken, encodePageToken, page, pageSize } from './paging.ts';

const query = { query: 'kettle', brand: '', minor: 5n };
const refused = expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' });

describe('a page token', () => {
  it('gives back any cursor, whatever its text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), (cursor) => {
        expect(decodePageToken(query, encodePageToken(query, cursor), cursor.length)).toEqual(cursor);
      }),
    );
  });

  it('is the first page when empty', () => {
    expect(decodePageToken(query, '', 2)).toBeUndefined();
  });

  it('does not care in which order the query was written', () => {
    expect(decodePageToken({ minor: 5n, brand: '', query: 'kettle' }, encodePageToken(query, ['a']), 1)).toEqual(['a']);
  });

  it('is refused with another query, with another number of keys, and when it is no token', () => {
    const token = encodePageToken(query, ['a', 'b']);
    expect(() => decodePageToken({ ...query, brand: 'Acme' }, token, 2)).toThrow(refused);
    expect(() => decodePageToken(query, token, 1)).toThrow(refused);
    fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => void expect(() => decodePageToken(query, text, 2)).toThrow(refused)));
  });
});

describe('a page', () => {
  it('has a next one only when there is another row', () => {
    const rows = ['a', 'b', 'c'];
    expect(page(rows, 3, query, (row) => [row])).toEqual({ rows, nextPageToken: '' });
    const first = page(rows, 2, query, (row) => [row]);
    expect(first.rows).toEqual(['a', 'b']);
    expect(decodePageToken(query, first.nextPageToken, 1)).toEqual(['b']);
  });

  it('has the size asked for, within bounds', () => {
    expect([0, -1, 7, 1000].map((size) => pageSize({ pageSize: size }))).toEqual([20, 20, 7, 100]);
  });
});
