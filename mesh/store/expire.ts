import { sql, type RawBuilder } from 'kysely';
import type { HasSql } from './idempotency.ts';

/** Rows deleted by one statement, so that none takes long. */
const CHUNK = 5_000;

/** Forgets idempotency keys older than so many milliseconds; from then on the same key is a new command. */
export function expireIdempotencyKeys(database: HasSql, olderThanMs: number): Promise<void> {
  return deleteOlder(database, sql`idempotency_keys`, sql`created_at`, olderThanMs);
}

/** Forgets events handled longer ago than so many milliseconds: longer than Kafka and the dead letters keep them. */
export function expireInbox(database: HasSql, olderThanMs: number): Promise<void> {
  return deleteOlder(database, sql`inbox`, sql`received_at`, olderThanMs);
}

async function deleteOlder(database: HasSql, table: RawBuilder<unknown>, column: RawBuilder<unknown>, ms: number): Promise<void> {
  const statement = sql`
    delete from ${table} where ctid in (
      select ctid from ${table} where ${column} < now() - ${ms}::float8 * interval '1 millisecond' limit ${sql.lit(CHUNK)}
    )`;
  while ((await statement.execute(database.sql)).numAffectedRows === BigInt(CHUNK));
}
