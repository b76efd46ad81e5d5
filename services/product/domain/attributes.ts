import { invalidField } from '@shopverse/mesh/failure';
import { oneLine } from './one-line.ts';

/** A fact about a product beyond its fields: its material, its colour. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
}

/** Most attributes of a product. */
export const MOST_ATTRIBUTES = 50;
const LONGEST_VALUE = 200;

/**
 * Attributes as they are kept: by key, values tidied to one line.
 *
 * @param field of the request, for the names of bad ones
 * @throws Failure INVALID_REQUEST naming the field: a key twice, malformed keys and values, too many
 */
export function tidyAttributes(given: readonly Attribute[], field: string): Attribute[] {
  if (given.length > MOST_ATTRIBUTES) throw invalidField(field, `must be at most ${MOST_ATTRIBUTES}`);
  const keys = new Set<string>();
  const tidy = given.map(({ key, value }, index): Attribute => {
    const at = `${field}[${index}]`;
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(key)) throw invalidField(`${at}.key`, 'must be 1 to 40 small letters, digits and _, beginning with a letter, such as colour'); // prettier-ignore
    if (keys.has(key)) throw invalidField(`${at}.key`, `is ${key} once more; give each key once`);
    keys.add(key);
    const text = oneLine(value);
    if (text === '') throw invalidField(`${at}.value`, `of ${key} must have at least one visible character`);
    if ([...text].length > LONGEST_VALUE) throw invalidField(`${at}.value`, `of ${key} must be at most ${LONGEST_VALUE} characters`);
    return { key, value: text };
  });
  return tidy.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whether both, by key, say the same. */
export function sameAttributes(a: readonly Attribute[], b: readonly Attribute[]): boolean {
  return a.length === b.length && a.every(({ key, value }, index) => key === b[index]?.key && value === b[index].value);
}
