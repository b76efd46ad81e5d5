import { describe, expect, it } from '@jest/globals';
import { searchWords } from './search-words.ts';

describe('the words of a query', () => {
  it.each([
    ['Non-stick  COOKWARE', ['non', 'stick', 'cookware']],
    [`'); drop table products; --`, ['drop', 'table', 'products']],
    ['a & b | !c:*', ['a', 'b', 'c']],
    ['चाय कप', ['चाय', 'कप']],
    [' .,- ', []],
  ])('of %j are %j', (query, words) => expect(searchWords(query)).toEqual(words));

  it('are ten at most', () => expect(searchWords('x '.repeat(50))).toHaveLength(10));
});
