import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MasterKey } from './master-key.ts';

describe('the master key', () => {
  const base64 = randomBytes(32).toString('base64');

  it.each([
    ['nothing', ''],
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['no base64', '*'.repeat(44)],
    ['hexadecimal', randomBytes(32).toString('hex')],
    ['base64 with something in between', `${base64.slice(0, 20)}!${base64.slice(20)}`],
  ])('is not %s', (_what, text) => {
    expect(MasterKey.parse(text)).toBeUndefined();
  });

  it('gives each purpose a key of its own, the same each time', () => {
    const key = () => MasterKey.parse(base64);
    expect(key()?.keyFor('signing-keys-at-rest')).toHaveLength(32);
    expect(key()?.keyFor('signing-keys-at-rest')).toEqual(key()?.keyFor('signing-keys-at-rest'));
    expect(key()?.keyFor('signing-keys-at-rest')).not.toEqual(key()?.keyFor('pseudonyms'));
  });
});
