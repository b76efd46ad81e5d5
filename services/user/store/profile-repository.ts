import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Profile } from '../domain/profile.ts';
import { AddressEntity, ProfileEntity } from './entities.ts';

/** The profile with this id, of a user who is not deleted. */
export async function findProfile(em: EntityManager, id: string): Promise<Profile | undefined> {
  return (await em.findOne(ProfileEntity, { id, deletedAt: null })) ?? undefined;
}

/** The same, locked until the end of the transaction: one change of a user, or of their addresses, after the other. */
export async function lockProfile(em: EntityManager, id: string): Promise<Profile | undefined> {
  return (await em.findOne(ProfileEntity, { id, deletedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE })) ?? undefined;
}

/** The profiles with these ids, in no order, by one statement; unknown ids, and those of deleted users, are left out. */
export async function findProfiles(em: EntityManager, ids: readonly string[]): Promise<readonly Profile[]> {
  return em.find(ProfileEntity, { id: { $in: [...ids] }, deletedAt: null });
}

/** Adds a profile unless one with its id is there; answers the one that is there then. */
export async function addProfileOnce(em: EntityManager, profile: Omit<Profile, 'version'>): Promise<Profile> {
  await em.upsert(ProfileEntity, { ...profile, version: 1, deletedAt: null }, { onConflictFields: ['id'], onConflictAction: 'ignore' });
  const kept = await em.findOneOrFail(ProfileEntity, { id: profile.id }, { refresh: true });
  return kept;
}

/** Writes what was changed of a locked profile; answers it as it is then. */
export async function changeProfile(
  em: EntityManager,
  profile: Profile,
  change: Partial<Pick<Profile, 'fullName' | 'phone'>>,
  now: Date,
): Promise<Profile> {
  const changed = { ...profile, ...change, updatedAt: now, version: profile.version + 1 };
  const { fullName, phone, updatedAt, version } = changed;
  await em.nativeUpdate(ProfileEntity, { id: profile.id }, { fullName, phone, updatedAt, version });
  return changed;
}

/** Takes away all that is personal of a locked user; the id stays. */
export async function eraseProfile(em: EntityManager, { id, version }: Profile, now: Date): Promise<void> {
  await em.nativeUpdate(
    ProfileEntity,
    { id },
    { fullName: '', email: '', phone: '', deletedAt: now, updatedAt: now, version: version + 1 },
  );
  await em.nativeDelete(AddressEntity, { userId: id });
}
