import { RevocationServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/revocation_service';
import { every } from '../lifecycle/every.ts';
import type { Service } from '../lifecycle/service.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { RevokedSession, RevokedSessions } from './revoked-sessions.ts';

/** Of two that were ended at almost the same time, the later can be seen first: each look goes back a little, in milliseconds. */
const OVERLAP_MS = 10_000;

/** One look at what is new; answers where the next one begins. */
export type Look = (since: Date | undefined) => Promise<{ readonly sessions: readonly RevokedSession[]; readonly truncated: boolean }>;

/** Looks until all is known. `since` goes on from where the look before ended. */
export function learner(sessions: RevokedSessions, look: Look, clock: () => number = Date.now): () => Promise<void> {
  let since: Date | undefined;
  return async () => {
    for (;;) {
      const found = await look(since);
      sessions.learn(found.sessions, clock());
      const last = found.sessions.at(-1)?.revokedAt;
      if (last === undefined) return;
      // A full page goes on where it ended; otherwise a page that is one moment long would come again and again.
      const next = found.truncated ? last : new Date(last.getTime() - OVERLAP_MS);
      const stuck = found.truncated && since?.getTime() === next.getTime();
      since = next;
      if (!found.truncated || stuck) return;
    }
  };
}

/**
 * Asks the auth service every `intervalMs` milliseconds, at once for the first time, which sessions were ended. While it is away, what is known holds;
 * a service that starts meanwhile believes all tokens until it is back.
 */
export function learnRevokedSessions(service: Service, sessions: RevokedSessions, intervalMs: number): void {
  const auth: RpcClient<typeof RevocationServiceDefinition> = service.client(RevocationServiceDefinition, 'auth');
  const learn = learner(sessions, async (since) => {
    const answer = await auth.listRevokedSessions({ since, pageSize: 0 });
    return {
      truncated: answer.truncated,
      sessions: answer.sessions.map(({ sessionId, revokedAt = new Date(0), expiresAt = new Date(0) }) => ({
        sessionId,
        revokedAt,
        expiresAt,
      })),
    };
  });
  every(service, 'learn-revoked-sessions', { intervalMs, atOnce: true }, learn);
}
