import type { Address as AddressMessage } from '@shopverse/contracts/shopverse/user/v1/user';
import type { Address } from '../domain/address.ts';
import { etagOf } from '../domain/etag.ts';

/** An address as the contract has it. */
export function addressMessage({ id, label, postal, phone, isDefault, createdAt, updatedAt, version }: Address): AddressMessage {
  return { id, label, postalAddress: { ...postal }, phone, isDefault, createdAt, updatedAt, etag: etagOf(version) };
}
