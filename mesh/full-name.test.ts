import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseFullName } from './full-name.ts';

describe('the kept form of a name', () => {
  it.each([
    ['  Asha   Rao ', 'Asha Rao'],
    ['Asha\r\nBcc: all@example.com', 'Asha Bcc: all@example.com'],
    ['Asha\u202eoaR', 'AshaoaR'],
    ['\u200bAsha\ufeff', 'Asha'],
    ['Zoe\u0308', 'Zo\u00eb'],
    ['क्\u200dष', 'क्\u200dष'],
    ['X Æ A-12', 'X Æ A-12'],
  ])('of %j is %j', (given, kept) => {
    expect(normaliseFullName(given)).toBe(kept);
  });

  it.each(['', ' ', '\t\n', '\u200b', '\u200d\u200c', 'a'.repeat(201)])('is none for %j', (given) => {
    expect(normaliseFullName(given)).toBeUndefined();
  });

  it('is its own kept form and fits the contract, whatever was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (given) => {
        const kept = normaliseFullName(given);
        if (kept === undefined) return;
        expect(normaliseFullName(kept)).toBe(kept);
        expect([...kept].length).toBeLessThanOrEqual(200);
        expect(kept).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 2_000 },
    );
  });
});
