import { Findings, type Patience, type Verdict } from './findings.ts';
import type { Stores } from './stores.ts';

/**
 * The other half of invariant 4: an event that a group gave up on has not had its effect there, until an operator replays it, or drops it and so says that it needs none.
 *
 * @throws Error when Kafka can't be read
 */
export async function deadLetters(stores: Pick<Stores, 'deadLetters'>, patience: Patience): Promise<Verdict> {
  const findings = new Findings(patience);
  const { groups, letters } = await stores.deadLetters();
  for (const { group, id, eventId, type, deadSince } of letters) {
    const what = type === '' ? 'a message that is no event' : type;
    const since = deadSince === undefined ? '' : ` since ${deadSince.toISOString()}`;
    findings.wrong(
      eventId === '' ? `${group}/${id}` : eventId,
      `${what} is dead letter ${id} of ${group}${since}: npx shopverse dlq show ${group} ${id}`,
    );
  }
  return findings.verdict(
    'dead-letters',
    'No event waits for an operator because a consumer gave it up',
    `${letters.length} dead letters of ${groups} consumer groups`,
  );
}
