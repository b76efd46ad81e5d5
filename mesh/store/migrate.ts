import { MikroORM } from '@mikro-orm/postgresql';
import { Migrator, type Migration } from '@mikro-orm/migrations';
import { Client } from 'pg';
import { ConfigError } from '../config/read.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { CreateDeliveryTables } from './migrations/create-delivery-tables.ts';
import { connectionOptions } from './postgres-connection.ts';
import { isServerAway, sqlState } from './postgres-failure.ts';

/** A step of the schema, forward only. The name stays for ever; a migration that ran anywhere is never changed. */
export interface NamedMigration {
  /** For example `2026-01-15-create-orders`. */
  readonly name: string;
  readonly class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}

/** The mesh's own tables come first, so that a service's migrations may count on them. */
const MESH_MIGRATIONS: readonly NamedMigration[] = [{ name: 'mesh-1-create-delivery-tables', class: CreateDeliveryTables }];

/**
 * Brings the schema up to date: the mesh's migrations, then `migrations` in the order given, all in one transaction. One replica at a time does
 * it; the others wait, then find nothing left to do.
 *
 * @throws ConfigError when a migration fails, which waiting does not mend
 */
export async function migrate(url: string, migrations: readonly NamedMigration[]): Promise<void> {
  // Migrations may take long, so their connections have no statement timeout.
  const options = connectionOptions(url, { applicationName: 'migration', statementTimeoutMs: 0 });
  const guard = new Client(options);
  guard.on('error', () => undefined); // A lost connection shows in the next query.
  const orm = new MikroORM({
    clientUrl: url,
    driverOptions: options,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: [...MESH_MIGRATIONS, ...migrations].map((migration) => ({ name: migration.name, class: migration.class })),
      tableName: 'migrations',
      snapshot: false,
      silent: true,
    },
  });
  try {
    await guard.connect();
    await guard.query('select pg_advisory_lock($1, $2)', [...advisoryLocks.migration]);
    await orm.migrator.up();
  } catch (error) {
    throw isServerAway(error) || sqlState(error) === undefined ? error : new ConfigError(sentence(error));
  } finally {
    await orm.close();
    await guard.end().catch(() => undefined);
  }
}

/** What is wrong with the setting or the schema, as the one sentence the process ends with. */
function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (sqlState(error)) {
    case '28P01':
    case '28000':
      return `The database refuses the role or password of DATABASE_URL (${message}). Correct them there.`;
    case '3D000':
      return `The database that DATABASE_URL names is not there (${message}). Create it, or correct the name.`;
    default:
      return `The database schema can't be brought up to date: ${message}.`;
  }
}
