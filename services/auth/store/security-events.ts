import type { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '@shopverse/mesh/ids';
import type { Origin, SecurityEvent } from '../domain/security-event.ts';
import { SecurityEventEntity } from './entities.ts';

/** Writes a line of the audit trail, in the transaction of what it tells. */
export async function record(em: EntityManager, event: SecurityEvent, { address, userAgent, requestId }: Origin): Promise<void> {
  await em.insert(SecurityEventEntity, {
    id: newId(),
    type: event.type,
    userId: event.userId ?? null,
    actorId: event.actorId ?? null,
    detail: event.detail,
    clientAddress: address,
    userAgent,
    requestId,
    occurredAt: event.at,
  });
}

/** Writes that a password was wrong, and that it was once too often. Tries that are refused for that are not written: they would be without number. */
export async function recordFailedTry(
  em: EntityManager,
  { type, userId, at }: Pick<SecurityEvent, 'type' | 'userId' | 'at'>,
  lockedOut: boolean,
  origin: Origin,
): Promise<void> {
  await record(em, { type, userId, actorId: undefined, detail: '', at }, origin);
  if (lockedOut) await record(em, { type: 'LOCKED_OUT', userId, actorId: undefined, detail: '', at }, origin);
}
