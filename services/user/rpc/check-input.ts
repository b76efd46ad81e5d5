import type { PostalAddress as PostalAddressMessage } from '@shopverse/contracts/shopverse/user/v1/user';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { normaliseFullName } from '@shopverse/mesh/full-name';
import { etagOf } from '../domain/etag.ts';
import { isPhone } from '../domain/phone.ts';
import { addressProblem, tidyAddress, type PostalAddress } from '../domain/postal-address.ts';

/** A name as it is kept. @throws Failure INVALID_REQUEST naming `field` */
export function checkedName(field: string, given: string): string {
  const name = normaliseFullName(given);
  if (name === undefined) throw invalidField(field, 'must have something to read in it, and at most 200 characters.');
  return name;
}

/** A phone number, or the empty text for none. @throws Failure INVALID_REQUEST naming `field` */
export function checkedPhone(field: string, e164: string): string {
  if (!isPhone(e164)) throw invalidField(field, 'must be a phone number that exists, with its country, for example +919876543210.');
  return e164;
}

/** An address as it is kept. @throws Failure INVALID_REQUEST naming the field within `field` */
export function checkedAddress(field: string, given: PostalAddressMessage | undefined): PostalAddress {
  if (given === undefined) throw invalidField(field, 'is required.');
  const address = tidyAddress(given);
  const problem = addressProblem(address);
  if (problem === undefined) return address;
  const name = problem.field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw invalidField(`${field}.${name}`, `${problem.message}.`);
}

/** Whether a change is one of what the caller saw; an empty etag stands for any. @throws Failure CONCURRENT_CHANGE with the etag as it is now */
export function checkEtag(etag: string, { version }: { readonly version: number }): void {
  if (etag !== '' && etag !== etagOf(version))
    throw failure('CONCURRENT_CHANGE', 'It was changed meanwhile: read it again and decide anew.', { etag: etagOf(version) });
}

/**
 * The fields of a change that count: those that the mask names, as they are, or without a mask those that are given and not empty (AIP-134, by the contract's words).
 * `names` are the mask's, in snake_case, by the fields they stand for.
 */
export function changed<Change extends object, Key extends keyof Change & string>(
  change: Change,
  mask: readonly string[] | undefined,
  names: Readonly<Record<Key, string>>,
): Partial<Pick<Change, Key>> {
  const keys = (Object.keys(names) as Key[]).filter((key) =>
    mask === undefined || mask.length === 0 ? change[key] !== undefined && change[key] !== '' : mask.includes(names[key]),
  );
  return Object.fromEntries(keys.map((key) => [key, change[key]])) as Partial<Pick<Change, Key>>;
}
