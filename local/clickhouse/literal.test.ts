import { describe, expect, it } from '@jest/globals';
import { literal, LiteralError, scalar } from './literal.ts';

describe('a parameter of the HTTP interface', () => {
  it('is unescaped when it is a scalar, and NULL when it says so', () => {
    expect(scalar(String.raw`a\tb\'c\\d`)).toBe("a\tb'c\\d");
    expect(scalar(String.raw`\N`)).toBeNull();
  });

  it('is read when it is an array, a tuple or a map', () => {
    expect(literal(String.raw`['it\'s', NULL, 3, 1.5, true]`)).toEqual(["it's", null, 3n, 1.5, true]);
    expect(literal("(1, ['a'])")).toEqual([1n, ['a']]);
    expect(literal("{'k': [1], 'l': []}")).toEqual(new Map([['k', [1n]], ['l', []]])); // prettier-ignore
  });

  it.each(["['a'", '[1 2]', "{'k' 1}", "'open", '', '[1] drop', '['.repeat(100)])('that is no literal is refused: %s', (text) => {
    expect(() => literal(text)).toThrow(LiteralError);
  });
});
