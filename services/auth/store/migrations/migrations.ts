import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { CreateAccounts } from './create-accounts.ts';

/** In the order in which they are run, for ever. */
export const migrations: readonly NamedMigration[] = [{ name: '2026-01-01-create-accounts', class: CreateAccounts }];
