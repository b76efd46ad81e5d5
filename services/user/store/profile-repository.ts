import type { EntityManager } from '@mikro-orm/postgresql';
import type { Profile } from '../domain/profile.ts';
import { ProfileEntity } from './entities.ts';

/** The profile with this id. */
export async function findProfile(em: EntityManager, id: string): Promise<Profile | undefined> {
  return (await em.findOne(ProfileEntity, { id })) ?? undefined;
}

/** The profiles with these ids, in no order, by one statement; unknown ids are left out. */
export async function findProfiles(em: EntityManager, ids: readonly string[]): Promise<readonly Profile[]> {
  return em.find(ProfileEntity, { id: { $in: [...ids] } });
}

/** Adds a profile unless one with its id is there; answers the one that is there then. */
export async function addProfileOnce(em: EntityManager, profile: Profile): Promise<Profile> {
  await em.upsert(ProfileEntity, { ...profile, version: 1 }, { onConflictFields: ['id'], onConflictAction: 'ignore' });
  const kept = await em.findOneOrFail(ProfileEntity, { id: profile.id }, { refresh: true });
  return kept;
}
