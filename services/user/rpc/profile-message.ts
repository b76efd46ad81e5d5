import type { Profile as ProfileMessage } from '@shopverse/contracts/shopverse/user/v1/user';
import { etagOf } from '../domain/etag.ts';
import type { Profile } from '../domain/profile.ts';

/** A profile as the contract has it. */
export function profileMessage({ id, fullName, email, phone, createdAt, updatedAt, version }: Profile): ProfileMessage {
  return { id, fullName, email, phone, createdAt, updatedAt, etag: etagOf(version) };
}
