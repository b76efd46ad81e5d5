import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { CompleteUsers } from './complete-users.ts';
import { CreateProfiles } from './create-profiles.ts';

/** The user database's migrations, in the order in which they are run. */
export const migrations: readonly NamedMigration[] = [
  { name: '0001-create-profiles', class: CreateProfiles },
  { name: '0002-complete-users', class: CompleteUsers },
];
