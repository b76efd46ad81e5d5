import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { AddPasswordResets } from './add-password-resets.ts';
import { AddSecurityEvents } from './add-security-events.ts';
import { CountTriesInFlight } from './count-tries-in-flight.ts';
import { CreateAccounts } from './create-accounts.ts';
import { IndexRevokedSessions } from './index-revoked-sessions.ts';
import { IndexSecurityEvents } from './index-security-events.ts';

/** In the order in which they are run, for ever. */
export const migrations: readonly NamedMigration[] = [
  { name: '2026-01-01-create-accounts', class: CreateAccounts },
  { name: '2026-11-27-index-revoked-sessions', class: IndexRevokedSessions },
  { name: '2026-11-28-add-security-events', class: AddSecurityEvents },
  { name: '2026-11-28-count-tries-in-flight', class: CountTriesInFlight },
  { name: '2026-11-28-add-password-resets', class: AddPasswordResets },
  { name: '2026-11-28-index-security-events', class: IndexSecurityEvents },
];
