import { runAudit } from '@shopverse/local/audit/run-audit';
import type { Verdict } from '@shopverse/local/audit/findings';
import type { Stores } from '@shopverse/local/audit/stores';
import { eventually } from '@shopverse/local/demo/eventually';
import { sleep } from '@shopverse/mesh/backoff';
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

/** What the auditor says with no patience, once it has nothing to complain of, or in the end. */
export async function cleanAudit(stores: Stores): Promise<readonly Verdict[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const audit = await runAudit(stores, { stepMs: 0 });
    if (audit.every(({ holds }) => holds) || performance.now() > end) return audit;
    await sleep(1_000);
  }
}
