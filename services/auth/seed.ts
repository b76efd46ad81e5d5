/**
 * Opens the first admin's and a demo customer's account, with their profiles, where they are missing: `node services/auth/seed.ts` with the auth service's
 * environment and SEED_ADMIN_EMAIL, SEED_ADMIN_PASSWORD, SEED_CUSTOMER_EMAIL, SEED_CUSTOMER_PASSWORD. Needs PostgreSQL and the user service. Prints one line of JSON:
 * `{ "admin": { "user_id", "email", "role", "created" }, "customer": { … } }`. What goes wrong is one sentence on stderr and exit code 1.
 */
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { ConfigError, readConfig } from '@shopverse/mesh/config/read';
import { Failure } from '@shopverse/mesh/failure';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { scriptHost } from '@shopverse/mesh/lifecycle/script-host';
import { commonSettings, targetOf } from '@shopverse/mesh/lifecycle/settings';
import { StoppedWhileWaiting } from '@shopverse/mesh/lifecycle/wait-for';
import { openClient } from '@shopverse/mesh/rpc/client';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { commonPasswords } from './passwords/common-passwords.ts';
import { openPasswordHasher } from './passwords/open-password-hasher.ts';
import { ProfileHandover } from './profiles/profile-handover.ts';
import { seedAccount } from './profiles/seed-account.ts';
import { seedSettings } from './seed-config.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';

/** Longest wait for PostgreSQL, and then for the user service, in milliseconds. */
const PATIENCE_MS = 30_000;

const stopping = new AbortController();
const host = scriptHost('auth-seed', PATIENCE_MS);
try {
  const config = readConfig({ ...commonSettings, ...settings, ...seedSettings });
  const credentials = new WorkloadCredentials(config.MESH_CERTIFICATES);
  const database = await openPostgres(host, { url: config.DATABASE_URL, entities, migrations, poolSize: 2 });
  const users = openClient(UserServiceDefinition, {
    name: 'user',
    target: targetOf('user', config.MESH_TARGET),
    credentials: credentials.channel('user'),
  });
  host.onStop('stores', 'client of user', async () => users.close());
  await users.connected(PATIENCE_MS);

  const clock = () => new Date();
  const handover = new ProfileHandover({ database, users: users.client, clock });
  const deps = { database, passwords: await openPasswordHasher(config), common: commonPasswords(), handover, clock };
  const admin = await seedAccount(deps, {
    setting: 'SEED_ADMIN',
    email: config.SEED_ADMIN_EMAIL,
    password: config.SEED_ADMIN_PASSWORD,
    fullName: 'Shop Admin',
    role: 'ADMIN',
  });
  const customer = await seedAccount(deps, {
    setting: 'SEED_CUSTOMER',
    email: config.SEED_CUSTOMER_EMAIL,
    password: config.SEED_CUSTOMER_PASSWORD,
    fullName: 'Demo Customer',
    role: 'CUSTOMER',
  });
  process.stdout.write(`${JSON.stringify({ admin, customer })}\n`);
} catch (error) {
  process.stderr.write(`The accounts can't be seeded. ${sentenceOf(error)}\n`);
  process.exitCode = 1;
} finally {
  stopping.abort();
  await host.close();
  // Certificate watchers would keep the process.
  process.exit();
}

function sentenceOf(error: unknown): string {
  if (error instanceof StoppedWhileWaiting)
    return `PostgreSQL did not answer within ${PATIENCE_MS / 1000} s: start it, or correct DATABASE_URL.`;
  if (error instanceof ConfigError || error instanceof Failure) return error.message;
  return error instanceof Error ? error.message : String(error);
}
