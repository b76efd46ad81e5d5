/**
 * Opens the first admin's account of a shop: `node services/auth/first-admin.ts`, with the auth service's environment and FIRST_ADMIN_EMAIL (FIRST_ADMIN_NAME is
 * "Shop Admin" unless given). Prints `{ "user_id", "email", "password" }` as one line of JSON; the password is generated, kept by nobody, and not shown again.
 * Where there is an admin already nothing happens but one sentence on stderr, as for all that goes wrong, and exit code 1. Needs PostgreSQL; the auth service
 * makes the profile by itself.
 */
import { ConfigError, readConfig } from '@shopverse/mesh/config/read';
import { Failure } from '@shopverse/mesh/failure';
import { scriptHost } from '@shopverse/mesh/lifecycle/script-host';
import { commonSettings } from '@shopverse/mesh/lifecycle/settings';
import { StoppedWhileWaiting } from '@shopverse/mesh/lifecycle/wait-for';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { firstAdminSettings } from './first-admin-config.ts';
import { openPasswordHasher } from './passwords/open-password-hasher.ts';
import { openFirstAdmin } from './profiles/open-first-admin.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

/** Longest wait for PostgreSQL, in milliseconds. */
const PATIENCE_MS = 30_000;

const host = scriptHost('auth-first-admin', PATIENCE_MS);
try {
  const config = readConfig({ ...commonSettings, ...settings, ...firstAdminSettings });
  const database = await openPostgres(host, { url: config.DATABASE_URL, entities, migrations, poolSize: 2 });
  const admin = await openFirstAdmin(
    { database, passwords: await openPasswordHasher(config), clock: () => new Date() },
    { email: config.FIRST_ADMIN_EMAIL, fullName: config.FIRST_ADMIN_NAME },
  );
  process.stdout.write(`${JSON.stringify({ user_id: admin.userId, email: admin.email, password: admin.password })}\n`);
} catch (error) {
  process.stderr.write(`The first admin's account can't be opened. ${sentenceOf(error)}\n`);
  process.exitCode = 1;
} finally {
  await host.close();
}

function sentenceOf(error: unknown): string {
  if (error instanceof StoppedWhileWaiting)
    return `PostgreSQL did not answer within ${PATIENCE_MS / 1000} s: start it, or correct DATABASE_URL.`;
  if (error instanceof ConfigError || error instanceof Failure) return error.message;
  return error instanceof Error ? error.message : String(error);
}
