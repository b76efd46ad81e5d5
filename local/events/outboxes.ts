import { Client } from 'pg';
import { DATABASES } from '../stack.ts';

/** What waits in one service's outbox. */
export interface OutboxBacklog {
  readonly service: string;
  /** Events that wait to be published; null when the database does not answer. */
  readonly waiting: number | null;
  /** How long the oldest has waited, in milliseconds. */
  readonly ageMs: number | null;
}

const TIMEOUT_MS = 5_000;

/** Looks at the outboxes of all services that have one. A database that is away is told by nulls: Kafka's side is worth seeing all the same. */
export function outboxBacklogs(database: (service: string) => string): Promise<OutboxBacklog[]> {
  return Promise.all(DATABASES.map((service) => backlogOf(service, database(service))));
}

async function backlogOf(service: string, connectionString: string): Promise<OutboxBacklog> {
  const client = new Client({
    connectionString,
    application_name: 'operator',
    connectionTimeoutMillis: TIMEOUT_MS,
    statement_timeout: TIMEOUT_MS,
    options: '-c default_transaction_read_only=on',
  });
  client.on('error', () => {}); // what is under way reports it
  try {
    await client.connect();
    const { rows } = await client.query<{ waiting: number; age_ms: number | null }>(`
      select (select count(*)::int from (select from outbox limit 100000) as counted) as waiting,
        (select extract(epoch from clock_timestamp() - created_at)::float8 * 1000 from outbox order by position limit 1) as age_ms`);
    return { service, waiting: rows[0]?.waiting ?? 0, ageMs: Math.round(rows[0]?.age_ms ?? 0) };
  } catch {
    return { service, waiting: null, ageMs: null };
  } finally {
    await client.end().catch(() => undefined);
  }
}
