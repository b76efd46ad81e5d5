import type { EventType } from '@shopverse/contracts/event-types';
import { sql, type QueryExecutorProvider } from 'kysely';
import { onEvent, type EventHandler, type ReceivedEvent } from '../events/handler.ts';
import { permanent } from '../events/trouble.ts';
import { isId } from '../ids.ts';
import type { Postgres, Transaction } from './postgres.ts';

/**
 * Handles an event whose effect is in PostgreSQL, once: the note that it was handled and the effect are one transaction, so a redelivery, also
 * one that two members of the group handle at the same time, finds the note and does nothing.
 *
 * @param consumer name of the consumer group: each handles the event once for itself
 */
export function onEventIn<Tables, Name extends string, Message>(
  database: Postgres<Tables>,
  consumer: string,
  type: EventType<Name, Message>,
  handle: (message: Message, event: ReceivedEvent, tx: Transaction<Tables>) => Promise<void>,
): EventHandler {
  return onEvent(type, async (message, event) => {
    if (!isId(event.id)) throw permanent('The id of the event is no UUID.');
    await database.transaction(async (tx) => {
      if (await firstTime(tx.sql, consumer, event.id)) await handle(message, event, tx);
    });
  });
}

/** Notes that a consumer handles an event; false when it did before. Waits for another transaction that is just doing it. */
async function firstTime(executor: QueryExecutorProvider, consumer: string, eventId: string): Promise<boolean> {
  const noted = await sql`
    insert into inbox (consumer, event_id) values (${consumer}, ${eventId}) on conflict do nothing returning 1`.execute(executor);
  return noted.rows.length > 0;
}
