import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseEmail } from './email.ts';

describe('the kept form of an e-mail address', () => {
  it.each([
    ['  Asha.Rao@Example.COM\t', 'asha.rao@example.com'],
    ['ａｓｈａ＠example.com', 'asha@example.com'],
    ['asha@example.com\u00a0', 'asha@example.com'],
    ['ﬁona@example.com', 'fiona@example.com'],
  ])('of %j is %j', (given, kept) => {
    expect(normaliseEmail(given)).toBe(kept);
  });

  it('is its own kept form, whatever was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const kept = normaliseEmail(given);
        expect(normaliseEmail(kept)).toBe(kept);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on case', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(normaliseEmail(address.toUpperCase())).toBe(normaliseEmail(address));
      }),
    );
  });
});
