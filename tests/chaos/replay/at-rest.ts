import type { Stores } from '@shopverse/local/audit/stores';
import { eventually } from '@shopverse/local/demo/eventually';
import type { Kafka } from '@shopverse/mesh/events/kafka';
import { groupsOf, lagOf } from '@shopverse/mesh/events/operations/lag';
import { MongoClient } from 'mongodb';

/** Longest wait, in milliseconds. */
const PATIENCE_MS = 10 * 60_000;

/** Waits until no event is on its way, in no outbox and before no consumer, and no mail is due. @throws Error when that takes longer than ten minutes */
export async function untilAtRest(kafka: Kafka, stores: Stores, notification: string): Promise<void> {
  const client = new MongoClient(notification);
  const still = async (): Promise<boolean> => {
    for (const query of Object.values(stores.senders)) if ((await query('select 1 from outbox limit 1')).length > 0) return false;
    if ((await lagOf(kafka, await groupsOf(kafka))).some(({ lag }) => lag > 0n)) return false;
    return (await client.db().collection('mails').findOne({ state: 'QUEUED', dueAt: { $lte: new Date() } })) === null; // prettier-ignore
  };
  try {
    await eventually('A shop in which nothing is under way', async () => ((await still()) ? true : undefined), {
      timeoutMs: PATIENCE_MS,
      intervalMs: 1_000,
    });
  } finally {
    await client.close();
  }
}
