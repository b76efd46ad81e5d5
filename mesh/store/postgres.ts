import type { EventType } from '@shopverse/contracts/event-types';
import { MikroORM, type EntityManager, type Options } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import { Client, Pool } from 'pg';
import { backoffMs, sleep } from '../backoff.ts';
import { addToOutbox, outboxRow, type OutboxRow } from '../events/outbox.ts';
import { every } from '../lifecycle/every.ts';
import type { Service } from '../lifecycle/service.ts';
import { waitFor } from '../lifecycle/wait-for.ts';
import { expireIdempotencyKeys, expireInbox } from './expire.ts';
import { migrate, type NamedMigration } from './migrate.ts';
import { connectionOptions } from './postgres-connection.ts';
import { isConflict, translatePostgresError } from './postgres-failure.ts';
import { isStalePlan, prepareStatements } from './prepared-statements.ts';
import { sqlOn } from './sql.ts';
import { stopStatementsWithCalls } from './stop-with-call.ts';

/** What a service stores, and how it may use the server. */
export interface PostgresOptions {
  /** postgres://role:password@host:port/database */
  readonly url: string;
  /** MikroORM entities of `defineEntity`. @default none */
  readonly entities?: NonNullable<Options['entities']>;
  /** In the order in which they are run, forward only. @default none */
  readonly migrations?: readonly NamedMigration[];
  /** Most connections of this process. @default 10 */
  readonly poolSize?: number;
  /** Longest time of a statement, in milliseconds. @default 5000 */
  readonly statementTimeoutMs?: number;
}

/** What a command does to the database: all of it or nothing. */
export interface Transaction<Tables = unknown> {
  /** MikroORM in this transaction; it is flushed before the commit. */
  readonly em: EntityManager;
  /** kysely on the same connection. */
  readonly sql: Kysely<Tables>;
  /** Says what happened: the event is in the outbox when the transaction is committed, and nowhere when it isn't. */
  publish<Name extends string, Message>(type: EventType<Name, Message>, message: Message): void;
}

const HOUR_MS = 60 * 60_000;
/** How long an idempotency key holds, in milliseconds. */
const IDEMPOTENCY_KEY_TTL_MS = 24 * HOUR_MS;
/** How long it is known which events were handled, in milliseconds: longer than Kafka keeps events (7 days) and dead letters (30 days). */
const INBOX_TTL_MS = 31 * 24 * HOUR_MS;
const FORGET_INTERVAL_MS = HOUR_MS / 4;

/** How often a transaction is run again that PostgreSQL undid because of concurrent ones. */
const CONFLICT_RETRIES = 5;

/**
 * A service's own PostgreSQL database. `Tables` describes it to kysely, for those who want their SQL checked; timestamps and bigints come from
 * kysely as strings, as MikroORM sets the connection up.
 */
export class Postgres<Tables = unknown> {
  /** kysely outside of any transaction, for lists and counters. */
  readonly sql: Kysely<Tables>;
  readonly #orm: MikroORM;
  readonly #client: Kysely<Tables>;
  readonly #url: string;
  readonly #listeners: ((events: readonly OutboxRow[]) => void)[] = [];

  constructor(url: string, orm: MikroORM, sql: Kysely<Tables>) {
    this.#url = url;
    this.#orm = orm;
    this.#client = orm.em.getConnection().getClient();
    this.sql = sql;
  }

  /** Reads through an entity manager of its own, outside of any transaction. */
  async read<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await work(this.#orm.em.fork());
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  /**
   * Runs `work` in a transaction (read committed). It is run again, from its start and with a fresh `tx`, when PostgreSQL undid it in favour of
   * a concurrent one, or because the schema changed meanwhile; so what it does outside of `tx` must bear repetition.
   *
   * @throws Failure CONCURRENT_CHANGE (an optimistic lock failed), DEADLINE_EXCEEDED (a statement took too long),
   * DEPENDENCY_UNAVAILABLE (the server is away; when the commit itself was cut off, it may have happened)
   */
  async transaction<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (!(isConflict(error) || isStalePlan(error)) || tries === CONFLICT_RETRIES) throw translatePostgresError(error);
        await sleep(backoffMs(tries, { initialMs: 10, maxMs: 200 }));
      }
    }
  }

  /** Calls `listener` after each commit that put events into the outbox, with those events. It must not throw. */
  onEvents(listener: (events: readonly OutboxRow[]) => void): void {
    this.#listeners.push(listener);
  }

  /** A connection of its own besides the pool, for what belongs to a session: LISTEN, advisory locks. Who asks for it ends it. */
  async connect(applicationName: string): Promise<Client> {
    const client = new Client(connectionOptions(this.#url, { applicationName }));
    client.on('error', () => undefined); // That the connection was lost shows in the next query; without a listener it would end the process.
    await client.connect();
    return client;
  }

  async #once<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const events: OutboxRow[] = [];
    // kysely's transaction and not MikroORM's: it gives its connection back to the pool even when the connection was lost and the rollback fails.
    const result = await this.#client.transaction().execute(async (sql) => {
      const em = this.#orm.em.fork();
      em.setTransactionContext(sql);
      const result = await work({ em, sql, publish: (type, message) => void events.push(outboxRow(type, message)) });
      // State first: once its rows are locked, no other transaction on the same aggregate can get its events a place before ours.
      await em.flush();
      await addToOutbox(sql, events);
      return result;
    });
    if (events.length > 0) for (const listener of this.#listeners) listener(events);
    return result;
  }
}

/**
 * Opens a service's database: waits for the server, brings the schema up to date, connects, and closes with the process.
 *
 * @throws ConfigError when the role, the password, the database's name or a migration is wrong
 */
export async function openPostgres<Tables = unknown>(
  service: Pick<Service, 'name' | 'log' | 'signal' | 'addCheck' | 'onStop'>,
  { url, entities = [], migrations = [], poolSize = 10, statementTimeoutMs = 5_000 }: PostgresOptions,
): Promise<Postgres<Tables>> {
  await waitFor(service, 'postgres', () => migrate(url, migrations));
  const log = service.log.child({ library: 'mikro-orm' });
  const orm = new MikroORM({
    clientUrl: url,
    driverOptions: { ...connectionOptions(url, { applicationName: service.name, statementTimeoutMs }), onPoolCreated: prepareStatements },
    pool: { min: 0, max: poolSize },
    entities,
    discovery: { warnWhenNoEntities: false },
    logger: (message) => log.warn(message),
    colors: false,
  });
  const pool = await orm.em.getConnection().getNativeClient();
  // Asks, and cancels, over a connection of its own: that the pool is busy does not mean that the server is away.
  const probe = new Pool({ ...connectionOptions(url, { applicationName: `${service.name} probe`, statementTimeoutMs }), max: 1 });
  probe.on('error', () => undefined);
  stopStatementsWithCalls(pool, (pid) => {
    probe.query('select pg_cancel_backend($1)', [pid]).catch((error: unknown) => log.warn({ err: error }, 'statement was not cancelled'));
  });
  service.addCheck('postgres', async () => void (await probe.query('select 1')));
  service.onStop('stores', 'postgres', async () => void (await Promise.all([probe.end(), orm.close()])));
  const database = new Postgres<Tables>(url, orm, sqlOn<Tables>(pool));
  every(service, 'forget-old-deliveries', { intervalMs: FORGET_INTERVAL_MS }, async () => {
    await expireIdempotencyKeys(database, IDEMPOTENCY_KEY_TTL_MS);
    await expireInbox(database, INBOX_TTL_MS);
  });
  return database;
}
