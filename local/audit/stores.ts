import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Kafka } from '@shopverse/mesh/events/kafka';
import { DeadLetterBook, type DeadLetter } from '@shopverse/mesh/events/operations/dead-letter-book';
import { groupsOf } from '@shopverse/mesh/events/operations/lag';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { Client } from 'pg';
import type { Addresses } from '../parts/context.ts';

/** Asks one service's PostgreSQL database. */
export type Query = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Every store that the invariants are about, to be read only. */
export interface Stores {
  readonly order: Query;
  readonly payment: Query;
  readonly product: Query;
  /** All databases that have an outbox, by service. */
  readonly senders: Readonly<Record<string, Query>>;
  /** Analytics' ClickHouse. */
  readonly analytics: <Row extends object>(text: string, params?: Readonly<Record<string, unknown>>) => Promise<Row[]>;
  /** How many consumer groups there are, and what they gave up on and nobody looked after. */
  readonly deadLetters: () => Promise<{ readonly groups: number; readonly letters: readonly DeadLetter[] }>;
  close(): Promise<void>;
}

/** Longest time of one query, in milliseconds. */
const QUERY_MS = 30_000;
/** Most dead letters of one group that are read. */
const MOST_LETTERS = 1_000;
const SENDERS = ['auth', 'user', 'product', 'order', 'payment'] as const;

/** Connects to the stores, with the services' own roles, in sessions that can't write. @throws Error when one can't be reached */
export async function openStores({
  database,
  clickhouse,
  kafkaBrokers,
}: Pick<Addresses, 'database' | 'clickhouse' | 'kafkaBrokers'>): Promise<Stores> {
  const clients: Client[] = [];
  const open = async (service: string): Promise<Query> => {
    const client = new Client({
      connectionString: database(service),
      application_name: 'audit',
      connectionTimeoutMillis: 5_000,
      statement_timeout: QUERY_MS,
      options: '-c default_transaction_read_only=on',
    });
    client.on('error', () => {}); // a connection that breaks is reported by the query under way
    await client.connect();
    clients.push(client);
    return async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row>(text, [...values])).rows;
  };
  const analytics = createClient({
    url: clickhouse,
    request_timeout: QUERY_MS,
    log: { level: ClickHouseLogLevel.OFF }, // What fails is thrown; the library would also write it to stderr.
  });
  const kafka = new Kafka({ brokers: kafkaBrokers.split(','), clientId: 'audit', log: createLogger('audit', 'silent') });
  const close = async () => void (await Promise.all([...clients.map((client) => client.end()), analytics.close(), kafka.close()]));
  try {
    await kafka.ping().catch((cause: unknown) => {
      throw new Error('Kafka does not answer', { cause });
    });
    const [auth, user, product, order, payment] = await Promise.all(SENDERS.map(open));
    if (auth === undefined || user === undefined || product === undefined || order === undefined || payment === undefined)
      throw new Error('A database is missing.');
    return {
      order,
      payment,
      product,
      senders: { auth, user, product, order, payment },
      analytics: async <Row extends object>(query: string, params: Readonly<Record<string, unknown>> = {}) => {
        const answer = await analytics.query({
          query,
          query_params: params,
          format: 'JSONEachRow',
          clickhouse_settings: { readonly: '2' },
        });
        return answer.json<Row>();
      },
      deadLetters: async () => {
        const [book, groups] = [new DeadLetterBook(kafka), await groupsOf(kafka)];
        const letters = await Promise.all(groups.map((group) => book.list(group, { limit: MOST_LETTERS })));
        return { groups: groups.length, letters: letters.flat() };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
