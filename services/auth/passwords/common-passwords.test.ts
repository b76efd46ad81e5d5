import { describe, expect, it } from '@jest/globals';
import { refusePassword } from '../domain/password-rule.ts';
import { commonPasswords } from './common-passwords.ts';

describe('the list of common passwords', () => {
  it('holds passwords that the rule would not refuse anyway, folded as the rule compares them', () => {
    const list = [...commonPasswords()];
    expect(list.length).toBeGreaterThan(250);
    for (const password of list) {
      expect(password).toBe(password.normalize('NFKC').toLowerCase());
      expect([password, refusePassword(password, 'a@b.c', new Set())]).not.toEqual([password, 'TOO_SHORT']);
    }
  });

  it('has those that everybody knows', () => {
    for (const known of ['password', '12345678', 'qwertyuiop', 'iloveyou1', 'shopverse']) expect(commonPasswords()).toContain(known);
  });
});
