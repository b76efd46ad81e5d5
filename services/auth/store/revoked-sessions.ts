import type { EntityManager } from '@mikro-orm/postgresql';
import type { RevokedSession } from '@shopverse/mesh/sessions/revoked-sessions';
import { SessionEntity } from './entities.ts';

/**
 * Sessions that were ended before their time at or after `since`, oldest end first, and at most `limit`. Of those ended longer ago than an access token
 * lives (`tokenMs`, in milliseconds) no token is good anyway: they are left out.
 */
export async function listRevokedSessions(
  em: EntityManager,
  { since, now, tokenMs, limit }: { since: Date | undefined; now: Date; tokenMs: number; limit: number },
): Promise<RevokedSession[]> {
  const oldest = new Date(now.getTime() - tokenMs);
  const from = since !== undefined && since > oldest ? since : oldest;
  const rows = await em.find(
    SessionEntity,
    { revokedAt: { $gte: from } },
    { orderBy: { revokedAt: 'asc' }, limit, fields: ['id', 'revokedAt'] },
  );
  return rows.map(({ id, revokedAt }) => {
    const at = revokedAt ?? now;
    return { sessionId: id, revokedAt: at, expiresAt: new Date(at.getTime() + tokenMs) };
  });
}
