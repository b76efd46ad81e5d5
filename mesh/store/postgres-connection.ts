import type { ClientConfig } from 'pg';

/** How a connection to PostgreSQL behaves. */
export interface ConnectionSettings {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Longest time of a statement, in milliseconds; 0 for no limit. @default 5000 */
  readonly statementTimeoutMs?: number;
}

/** Longest time to get a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
/** A transaction whose process went silent gives its locks back after this time, in milliseconds. */
const IDLE_IN_TRANSACTION_MS = 15_000;

/** The options of `pg` for every connection of the mesh. */
export function connectionOptions(url: string, { applicationName, statementTimeoutMs = 5_000 }: ConnectionSettings): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    // Lets the server notice within half a minute that this machine is gone, and give back what the connection held.
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  };
}
