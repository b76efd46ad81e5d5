import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromCell, toCell } from './csv-injection.ts';

describe('a cell of a spreadsheet', () => {
  it.each([
    ['=HYPERLINK("http://evil.example")', `'=HYPERLINK("http://evil.example")`],
    ['+1', "'+1"],
    ['-1+1|cmd', "'-1+1|cmd"],
    ['@SUM(1)', "'@SUM(1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ["'=1", "''=1"],
    ["''=1", "'''=1"],
    ["'quoted' pan", "'quoted' pan"],
    ["'", "'"],
    ['', ''],
    ['1 = 1', '1 = 1'],
    [' =1', ' =1'],
  ])('of %j is %j, and back', (text, cell) => {
    expect(toCell(text)).toBe(cell);
    expect(fromCell(cell)).toBe(text);
  });

  it('that somebody wrote by hand keeps what is no such escape', () => {
    for (const cell of ["'90s radio", '=1', '-5', "''"]) expect(fromCell(cell)).toBe(cell);
  });

  it('never begins like a formula, and gives every text back', () => {
    const text = fc.stringMatching(/^['=+\-@\t\ra]{0,6}.*$/u);
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'grapheme' })), (cell) => {
        expect(toCell(cell)).not.toMatch(/^[=+\-@\t\r]/);
        expect(fromCell(toCell(cell))).toBe(cell);
      }),
    );
  });
});
