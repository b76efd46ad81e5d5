import type { Client } from 'pg';
import { advisoryLocks } from '../store/advisory-locks.ts';

/** An event that waits in the outbox. */
export interface OutboxEntry {
  /** Its place in the order of publication. A bigint of PostgreSQL, as text. */
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly aggregateid: string;
  readonly payload: Buffer;
  readonly traceparent: string | null;
  readonly created_at: Date;
}

const CHANNEL = 'outbox';
/** Most events in one batch. */
const BATCH_EVENTS = 500;
/** A batch is full with the event that takes it past so many bytes: with the largest event and all headers still below Kafka's limit of 1 MiB. */
const BATCH_BYTES = 256 * 1024;

/** What a statement deletes, it still reads: it sees the table as it was when it began. */
const FORGET_AND_READ = `
  with published as (delete from outbox where position = any($1::bigint[]))
  select position, id, type, topic, aggregateid, payload, traceparent, created_at
  from (
    select *, sum(octet_length(payload)) over (order by position) - octet_length(payload) as bytes_before
    from (select * from outbox where position <> all($1::bigint[]) order by position limit ${BATCH_EVENTS}) as next
  ) as sized
  where bytes_before < ${BATCH_BYTES}
  order by position`;

/** A relay's connection to the outbox's database. The leadership belongs to it and ends with it, however it ends. */
export class OutboxSession {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Becomes the leader, if there is none. */
  async tryLead(): Promise<boolean> {
    const { rows } = await this.#client.query<{ leads: boolean }>('select pg_try_advisory_lock($1, $2) as leads', [...advisoryLocks.relay]);
    return rows[0]?.leads === true;
  }

  /** Calls `woken` when another process says that it put events into the outbox. */
  async listen(woken: () => void): Promise<void> {
    this.#client.on('notification', woken);
    await this.#client.query(`listen ${CHANNEL}`);
  }

  /** Tells the leader that there are new events. */
  async notify(): Promise<void> {
    await this.#client.query(`notify ${CHANNEL}`);
  }

  /** Forgets events that are published, and answers the next ones, in order: one round trip for both. */
  async next(published: readonly OutboxEntry[]): Promise<readonly OutboxEntry[]> {
    const { rows } = await this.#client.query<OutboxEntry>(FORGET_AND_READ, [published.map(({ position }) => position)]);
    return rows;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
