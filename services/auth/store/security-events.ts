import type { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '@shopverse/mesh/ids';
import type { Origin, SecurityEvent, SecurityEventType } from '../domain/security-event.ts';
import { SecurityEventEntity, type SecurityEventRow } from './entities.ts';

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

/** Where a page of the trail ended. */
export interface TrailCursor {
  readonly at: Date;
  readonly id: string;
}

/** What of the trail is wanted; undefined means any. */
export interface TrailFilter {
  readonly userId: string | undefined;
  readonly type: SecurityEventType | undefined;
  readonly from: Date | undefined;
  readonly before: Date | undefined;
  readonly after: TrailCursor | undefined;
  readonly limit: number;
}

/** Lines of the audit trail, newest first. */
export async function listSecurityEvents(
  em: EntityManager,
  { userId, type, from, before, after, limit }: TrailFilter,
): Promise<SecurityEventRow[]> {
  const wanted = [
    ...(userId === undefined ? [] : [{ userId }]),
    ...(type === undefined ? [] : [{ type }]),
    ...(from === undefined ? [] : [{ occurredAt: { $gte: from } }]),
    ...(before === undefined ? [] : [{ occurredAt: { $lt: before } }]),
    // The first condition alone bounds the range of the index.
    ...(after === undefined
      ? []
      : [{ occurredAt: { $lte: after.at } }, { $or: [{ occurredAt: { $lt: after.at } }, { id: { $lt: after.id } }] }]),
  ];
  return em.find(SecurityEventEntity, { $and: wanted }, { orderBy: { occurredAt: 'desc', id: 'desc' }, limit });
}
