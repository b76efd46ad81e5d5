import type { EventType } from '@shopverse/contracts/event-types';
import { sql, type QueryExecutorProvider } from 'kysely';
import { newId } from '../ids.ts';
import { currentTraceparent } from './trace.ts';

/** An event on its way into the outbox. */
export interface OutboxRow {
  readonly id: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly type: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly traceparent: string | null;
}

/** Largest event, in bytes: Kafka's default limit of a batch is 1 MiB, and one event that doesn't fit would hold up all behind it. */
const MAX_PAYLOAD = 512 * 1024;

/**
 * An event as the outbox stores it, with the trace it belongs to.
 *
 * @throws Error when it has no aggregate id or is larger than 512 KiB: both are bugs of the one who publishes it
 */
export function outboxRow<Name extends string, Message>(type: EventType<Name, Message>, message: Message): OutboxRow {
  const aggregateid = type.key(message);
  if (aggregateid === '') throw new Error(`${type.type} can't be published without the id of its ${type.aggregate}.`);
  const payload = type.codec.encode(message).finish();
  if (payload.byteLength > MAX_PAYLOAD) throw new Error(`${type.type} of ${payload.byteLength} bytes is too large to be published.`);
  return {
    id: newId(),
    aggregatetype: type.aggregate,
    aggregateid,
    type: type.type,
    topic: type.topic,
    payload,
    traceparent: currentTraceparent() ?? null,
  };
}

/** Writes events in the order given, in one statement of the transaction that `tx` is bound to. */
export async function addToOutbox(tx: QueryExecutorProvider, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(
    (row) =>
      sql`(${row.id}, ${row.aggregatetype}, ${row.aggregateid}, ${row.type}, ${row.topic}, ${Buffer.from(row.payload)}, ${row.traceparent})`,
  );
  await sql`
    insert into outbox (id, aggregatetype, aggregateid, type, topic, payload, traceparent)
    values ${sql.join(values)}`.execute(tx);
}
