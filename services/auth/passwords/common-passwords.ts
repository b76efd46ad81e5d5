import { readFileSync } from 'node:fs';

/** Passwords that are tried first, lower case, from the list beside this file. */
export function commonPasswords(): ReadonlySet<string> {
  const list = readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8');
  return new Set(list.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
}
