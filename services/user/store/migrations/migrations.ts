import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { CreateProfiles } from './create-profiles.ts';

/** In the order in which they are run, for ever. */
export const migrations: readonly NamedMigration[] = [{ name: '2026-01-01-create-profiles', class: CreateProfiles }];
