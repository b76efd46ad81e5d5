import { MongoClient, type Db, type IndexDescription } from 'mongodb';
import type { Service } from '../lifecycle/service.ts';
import { waitFor } from '../lifecycle/wait-for.ts';
import { failOnClosedConnections } from './mongodb-closed-connections.ts';

failOnClosedConnections();

/** What a service keeps in MongoDB. */
export interface MongoOptions {
  /** mongodb://host:port/database */
  readonly url: string;
  /** Indexes by collection; made at the start where they are missing. @default none */
  readonly indexes?: Readonly<Record<string, readonly IndexDescription[]>>;
  /** Most connections of this process. @default 10 */
  readonly poolSize?: number;
}

/** Longest time to find a server that answers, and to get a connection of the pool, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Longest silence of the server during an operation, in milliseconds; queries bound themselves by `maxTimeMS`. */
const SOCKET_TIMEOUT_MS = 15_000;

/**
 * Opens a service's MongoDB database: waits for the server, makes the indexes, closes with the process.
 *
 * Only single-document writes and unique indexes are counted on, never transactions: they carry the idempotency of what consumers do. Writes
 * are not retried by the driver, since a server without a replica set can't tell a repetition; consumers retry, and may.
 */
export async function openMongo(
  service: Pick<Service, 'name' | 'log' | 'signal' | 'addCheck' | 'onStop'>,
  { url, indexes = {}, poolSize = 10 }: MongoOptions,
): Promise<Db> {
  const client = new MongoClient(url, {
    appName: service.name,
    maxPoolSize: poolSize,
    serverSelectionTimeoutMS: CONNECT_TIMEOUT_MS,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    waitQueueTimeoutMS: CONNECT_TIMEOUT_MS,
    socketTimeoutMS: SOCKET_TIMEOUT_MS,
    retryWrites: false,
  });
  const database = client.db();
  service.onStop('stores', 'mongodb', () => client.close());
  await waitFor(service, 'mongodb', async () => {
    for (const [collection, wanted] of Object.entries(indexes)) {
      if (wanted.length > 0) await database.collection(collection).createIndexes([...wanted]);
    }
    await database.command({ ping: 1 });
  });
  service.addCheck('mongodb', async () => void (await database.command({ ping: 1 })));
  return database;
}
