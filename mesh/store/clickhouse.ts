import { ClickHouseError, ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { ConfigError } from '../config/read.ts';
import type { Service } from '../lifecycle/service.ts';
import { waitFor } from '../lifecycle/wait-for.ts';
import { isConnectionTrouble } from './connection-trouble.ts';

/** A step of the schema, forward only. The name stays for ever. */
export interface ClickHouseMigration {
  readonly name: string;
  /**
   * Run one after the other. ClickHouse has no transactions for them: a step that broke off, or that two replicas take at once, is run again
   * from its start, so each must bear it (`CREATE TABLE IF NOT EXISTS`).
   */
  readonly statements: readonly string[];
}

/** What a service keeps in ClickHouse. */
export interface ClickHouseOptions {
  /** http://user:password@host:port/database */
  readonly url: string;
  /** In the order in which they are run. @default none */
  readonly migrations?: readonly ClickHouseMigration[];
  /** Most connections of this process. @default 10 */
  readonly poolSize?: number;
}

/** Longest time of a request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Opens a service's ClickHouse database: waits for the server, brings the schema up to date, closes with the process.
 *
 * @throws ConfigError when ClickHouse refuses the user or a migration
 */
export async function openClickHouse(
  service: Pick<Service, 'name' | 'log' | 'signal' | 'addCheck' | 'onStop'>,
  { url, migrations = [], poolSize = 10 }: ClickHouseOptions,
): Promise<ClickHouseClient> {
  const client = createClient({
    url,
    application: service.name,
    max_open_connections: poolSize,
    request_timeout: REQUEST_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF }, // What fails is thrown; the library would also write it to stderr.
    keep_alive: { idle_socket_ttl: 2_500 }, // ClickHouse closes idle connections after 3 s
  });
  service.onStop('stores', 'clickhouse', () => client.close());
  await waitFor(service, 'clickhouse', () => migrate(client, migrations));
  service.addCheck('clickhouse', async () => {
    const answer = await client.ping({ select: true });
    if (!answer.success) throw answer.error;
  });
  return client;
}

async function migrate(client: ClickHouseClient, migrations: readonly ClickHouseMigration[]): Promise<void> {
  try {
    await client.command({
      query: `CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY name`,
    });
    const answer = await client.query({ query: 'SELECT name FROM migrations', format: 'JSONEachRow' });
    const applied = new Set((await answer.json<{ name: string }>()).map(({ name }) => name));
    for (const { name, statements } of migrations.filter((migration) => !applied.has(migration.name))) {
      for (const query of statements) await client.command({ query });
      await client.insert({ table: 'migrations', values: [{ name }], columns: ['name'], format: 'JSONEachRow' });
    }
  } catch (error) {
    throw error instanceof ClickHouseError && !isConnectionTrouble(error)
      ? new ConfigError(`ClickHouse (CLICKHOUSE_URL) refuses the schema: ${error.message}`)
      : error;
  }
}
