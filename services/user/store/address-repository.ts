import type { EntityManager } from '@mikro-orm/postgresql';
import type { Address } from '../domain/address.ts';
import { AddressEntity, type AddressRow } from './entities.ts';

/** A user's addresses, the default first, then the newest first. */
export async function listAddresses(em: EntityManager, userId: string): Promise<Address[]> {
  const rows = await em.find(AddressEntity, { userId }, { orderBy: [{ isDefault: 'desc' }, { id: 'desc' }] });
  return rows.map(toAddress);
}

/** One of a user's addresses. */
export async function findAddress(em: EntityManager, userId: string, id: string): Promise<Address | undefined> {
  const row = await em.findOne(AddressEntity, { id, userId });
  return row === null ? undefined : toAddress(row);
}

/** Adds an address. */
export async function addAddress(em: EntityManager, { postal, ...address }: Address): Promise<void> {
  await em.insert(AddressEntity, { ...address, ...postal });
}

/** Writes an address as it is now, its version counted up; answers it so. */
export async function changeAddress(em: EntityManager, address: Address, now: Date): Promise<Address> {
  const changed = { ...address, version: address.version + 1, updatedAt: now };
  const { id, label, phone, isDefault, version, updatedAt, postal } = changed;
  await em.nativeUpdate(AddressEntity, { id }, { label, phone, isDefault, version, updatedAt, ...postal });
  return changed;
}

/** Takes an address away. */
export async function removeAddress(em: EntityManager, id: string): Promise<void> {
  await em.nativeDelete(AddressEntity, { id });
}

function toAddress(row: AddressRow): Address {
  const { id, userId, label, phone, isDefault, version, createdAt, updatedAt } = row;
  const { recipient, street, city, state, postalCode, countryCode } = row;
  const postal = { recipient, street, city, state, postalCode, countryCode };
  return { id, userId, label, phone, isDefault, version, createdAt, updatedAt, postal };
}
