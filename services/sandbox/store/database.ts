import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '@shopverse/mesh/config/read';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL, receipt TEXT, status TEXT NOT NULL,
    attempts INTEGER NOT NULL, notes TEXT NOT NULL, traceparent TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_receipt ON orders (receipt);
  CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), status TEXT NOT NULL, method TEXT NOT NULL,
    outcome TEXT NOT NULL, error_reason TEXT, settle_at INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS payments_order ON payments (order_id);
  CREATE INDEX IF NOT EXISTS payments_unsettled ON payments (settle_at) WHERE status = 'created';
  CREATE TABLE IF NOT EXISTS refunds (
    id TEXT PRIMARY KEY, payment_id TEXT NOT NULL REFERENCES payments (id), amount INTEGER NOT NULL, status TEXT NOT NULL, receipt TEXT,
    notes TEXT NOT NULL, key TEXT, settle_at INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS refunds_payment ON refunds (payment_id);
  CREATE UNIQUE INDEX IF NOT EXISTS refunds_key ON refunds (key);
  CREATE INDEX IF NOT EXISTS refunds_unsettled ON refunds (settle_at) WHERE status = 'pending';
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, traceparent TEXT, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, last_error TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE state = 'pending';
  CREATE TABLE IF NOT EXISTS knobs (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL) STRICT;
`;

/**
 * Opens the sandbox's memory, a SQLite file (":memory:" for none). Every change is one transaction with a write-ahead log, so that a process that is
 * killed takes up where it was.
 *
 * @throws ConfigError when the file can't be had
 */
export function openDatabase(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Can't keep data in ${file} (SANDBOX_DATA): ${reason}. Set SANDBOX_DATA to a file that can be written.`);
  }
}

/** Runs `work` as one transaction. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
