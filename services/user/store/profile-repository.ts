import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Profile } from '../domain/profile.ts';
import { ProfileEntity, type ProfileRow } from './entities.ts';

/** The profile with this id. */
export async function findProfile(em: EntityManager, id: string): Promise<Profile | undefined> {
  const row = await em.findOne(ProfileEntity, { id });
  return row === null ? undefined : toProfile(row);
}

/** Those of the profiles that are there, in one query. */
export async function findProfiles(em: EntityManager, ids: readonly string[]): Promise<Profile[]> {
  return (await em.find(ProfileEntity, { id: { $in: [...ids] } })).map(toProfile);
}

/** Keeps a new profile, unless there is one with its id: two who try at once get the same one. Answers the profile that is there. */
export async function addProfileOnce(database: Postgres, { id, fullName, email, phone, createdAt, updatedAt }: Profile): Promise<Profile> {
  return database.transaction(async (tx) => {
    await sql`
      insert into profiles (id, full_name, email, phone, created_at, updated_at)
      values (${id}, ${fullName}, ${email}, ${phone}, ${createdAt}, ${updatedAt})
      on conflict (id) do nothing`.execute(tx.sql);
    return toProfile(await tx.em.findOneOrFail(ProfileEntity, { id }));
  });
}

function toProfile({ id, fullName, email, phone, createdAt, updatedAt }: ProfileRow): Profile {
  return { id, fullName, email, phone, createdAt, updatedAt };
}
