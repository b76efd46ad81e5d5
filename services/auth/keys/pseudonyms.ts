import { createHmac } from 'node:crypto';
import type { MasterKey } from './master-key.ts';

/**
 * Stands for a text that must be recognised but not kept (HMAC-SHA256 under a key of its own). Unlike a plain hash, it can't be guessed from a copy of the
 * database.
 *
 * @param kind what the text is; the same text of another kind has another pseudonym
 */
export type Pseudonym = (kind: string, text: string) => Buffer;

/** See `Pseudonym`. */
export function pseudonyms(masterKey: MasterKey): Pseudonym {
  const key = masterKey.keyFor('pseudonyms');
  return (kind, text) => createHmac('sha256', key).update(kind).update('\0').update(text).digest();
}
