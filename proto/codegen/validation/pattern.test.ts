import { describe, expect, it } from '@jest/globals';
import { javaScriptPattern } from './pattern.ts';

const where = 'a.B.c';

describe('javaScriptPattern', () => {
  it.each([
    ['^[A-Z]{2}$', '/^[A-Z]{2}$/u'],
    ['a.b', '/a[^\\n]b/u'],
    ['\\.[.]', '/\\.[.]/u'],
    ['\\s\\S', '/[\\t\\n\\f\\r ][^\\t\\n\\f\\r ]/u'],
    ['[\\s,]', '/[\\t\\n\\f\\r ,]/u'],
    ['[[a]', '/[\\[a]/u'],
    ['\\Aa(?:b|c)\\z', '/^a(?:b|c)$/u'],
    ['\\p{Lu}\\x41', '/\\p{Lu}\\x41/u'],
  ])('reads %s as RE2 does', (pattern, literal) => {
    expect(javaScriptPattern(pattern, where)).toBe(literal);
  });

  it.each([
    '(?i)a',
    '(?P<name>a)',
    '(?=a)',
    '[[:alpha:]]',
    '[]a]',
    '\\pL',
    '\\p{Greek}',
    '\\Qa\\E',
    '\\C',
    '\\x{10FFFF}',
    '[\\S]',
    '(a)\\1',
  ])('refuses %s, which JavaScript reads differently or not at all', (pattern) => {
    expect(() => javaScriptPattern(pattern, where)).toThrow(/^a\.B\.c has the pattern .* has no equal in JavaScript/);
  });

  it.each(['a{', '(', '[b-a]', '\\'])('refuses %s, which is no pattern', (pattern) => {
    expect(() => javaScriptPattern(pattern, where)).toThrow(/^a\.B\.c has the pattern /);
  });
});
