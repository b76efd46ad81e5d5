import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { passwordAdvice, refusePassword } from './password-rule.ts';

const common = new Set(['password1', 'iloveyou2']);
const email = 'asha.rao@example.com';

describe('a password', () => {
  it.each([
    ['1234567', 'TOO_SHORT'],
    ['😀😀😀😀', 'TOO_SHORT'],
    ['x1'.repeat(65), 'TOO_LONG'],
    ['password1', 'TOO_COMMON'],
    ['PassWord1', 'TOO_COMMON'],
    ['ｐａｓｓｗｏｒｄ１', 'TOO_COMMON'],
    ['zzzzzzzzzz', 'TOO_COMMON'],
    ['Asha.Rao@example.com', 'LIKE_EMAIL'],
    ['asha.rao', 'LIKE_EMAIL'],
  ])('%j is refused as %s', (password, refusal) => {
    expect(refusePassword(password, email, common)).toBe(refusal);
  });

  it.each(['correct horse battery staple', 'нет такого слова', '12 is a number', 'x1'.repeat(64)])('%j is taken', (password) => {
    expect(refusePassword(password, email, common)).toBeUndefined();
  });

  it('is never refused for lacking some kind of character', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 60 }), (password) => {
        fc.pre([...password].length >= 8 && new Set(password.toLowerCase()).size > 1 && !common.has(password.toLowerCase()));
        expect(refusePassword(password, email, common)).toBeUndefined();
      }),
    );
  });

  it('that is refused comes with advice', () => {
    for (const advice of Object.values(passwordAdvice)) expect(advice).toMatch(/take/);
  });
});
