import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { eventTypes } from '@shopverse/contracts/event-types';
import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import type { Origin } from '../domain/security-event.ts';
import { refreshTokenExpiry, type RefreshTokenState, type SessionState } from '../domain/session.ts';
import { record } from './security-events.ts';
import { RefreshTokenEntity, SessionEntity, type SessionRow } from './entities.ts';

/** A session as it is kept. */
export interface Session extends SessionState {
  readonly id: string;
  readonly userId: string;
}

/** A refresh token that was shown, with its session, both locked until the end of the transaction. */
export interface ShownToken {
  readonly hash: string;
  readonly token: RefreshTokenState;
  readonly session: Session;
}

/** How long sessions and their refresh tokens live, in milliseconds. */
export interface SessionLifetimes {
  readonly sessionMs: number;
  readonly refreshTokenMs: number;
}

/** Opens a session with its first refresh token, writes it into the audit trail, and says UserLoggedIn. */
export async function openSession(
  tx: Transaction,
  { id, userId, tokenHash }: { id: string; userId: string; tokenHash: string },
  origin: Origin,
  now: Date,
  { sessionMs, refreshTokenMs }: SessionLifetimes,
): Promise<void> {
  const session: Session = { id, userId, expiresAt: new Date(now.getTime() + sessionMs), revokedAt: undefined };
  const { userAgent, address: clientAddress } = origin;
  const { expiresAt } = session;
  await tx.em.insert(SessionEntity, { id, userId, userAgent, clientAddress, createdAt: now, lastUsedAt: now, expiresAt });
  await addRefreshToken(tx.em, session, tokenHash, now, refreshTokenMs);
  await record(tx.em, { type: 'LOGGED_IN', userId, actorId: userId, detail: id, at: now }, origin);
  tx.publish(eventTypes['shopverse.auth.v1.UserLoggedIn'], { userId, sessionId: id, userAgent, loggedInAt: now });
}

/** Finds a refresh token and locks it, so that of two who show it at once the second sees what the first did. */
export async function lockShownToken(em: EntityManager, hash: string): Promise<ShownToken | undefined> {
  const row = await em.findOne(RefreshTokenEntity, { hash }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return undefined;
  const session = await em.findOneOrFail(SessionEntity, { id: row.sessionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return { hash, token: { expiresAt: row.expiresAt, usedAt: row.usedAt ?? undefined }, session: toSession(session) };
}

/** Exchanges a shown token for the next one. */
export async function rotateToken(
  em: EntityManager,
  { hash, session }: ShownToken,
  nextHash: string,
  origin: Origin,
  now: Date,
  { refreshTokenMs }: SessionLifetimes,
): Promise<void> {
  await em.nativeUpdate(RefreshTokenEntity, { hash }, { usedAt: now });
  await em.nativeUpdate(SessionEntity, { id: session.id }, { lastUsedAt: now, clientAddress: origin.address });
  await addRefreshToken(em, session, nextHash, now, refreshTokenMs);
}

/** A user's own session, locked until the end of the transaction. */
export async function lockSession(em: EntityManager, id: string, userId: string): Promise<Session | undefined> {
  const row = await em.findOne(SessionEntity, { id, userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row === null ? undefined : toSession(row);
}

/** Why, by whom and from where sessions are ended before their time. */
export interface Revocation {
  readonly reason: Exclude<keyof typeof RevocationReason, 'UNSPECIFIED'>;
  /** User id; undefined when nobody was signed in. */
  readonly actorId: string | undefined;
  readonly origin: Origin;
}

/** Ends a session before its time, writes it into the audit trail, and says SessionRevoked. */
export async function revokeSession(
  tx: Transaction,
  { id, userId }: Pick<Session, 'id' | 'userId'>,
  { reason, actorId, origin }: Revocation,
  now: Date,
): Promise<void> {
  await tx.em.nativeUpdate(SessionEntity, { id }, { revokedAt: now });
  await record(tx.em, { type: 'SESSION_REVOKED', userId, actorId, detail: `${reason} ${id}`, at: now }, origin);
  tx.publish(eventTypes['shopverse.auth.v1.SessionRevoked'], { userId, sessionId: id, revokedAt: now, reason: RevocationReason[reason] });
}

/**
 * Ends all open sessions of a user but, maybe, one; answers how many. They are locked in one order, so that two who do this at the same time don't wait
 * for each other.
 */
export async function revokeSessions(
  tx: Transaction,
  { userId, except }: { userId: string; except?: string },
  revocation: Revocation,
  now: Date,
): Promise<number> {
  const open = await tx.em.find(
    SessionEntity,
    { userId, revokedAt: null, expiresAt: { $gt: now }, ...(except === undefined ? {} : { id: { $ne: except } }) },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const session of open) await revokeSession(tx, session, revocation, now);
  return open.length;
}

/** Up to `limit` open sessions of a user, newest first, from the one after `after` on. */
export async function listOpenSessions(
  em: EntityManager,
  { userId, after, now, limit }: { userId: string; after: string | undefined; now: Date; limit: number },
): Promise<SessionRow[]> {
  return em.find(
    SessionEntity,
    { userId, revokedAt: null, expiresAt: { $gt: now }, ...(after === undefined ? {} : { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit },
  );
}

async function addRefreshToken(em: EntityManager, session: Session, hash: string, now: Date, ttlMs: number): Promise<void> {
  await em.insert(RefreshTokenEntity, {
    hash,
    sessionId: session.id,
    issuedAt: now,
    expiresAt: refreshTokenExpiry(session, now, ttlMs),
  });
}

function toSession({ id, userId, expiresAt, revokedAt }: SessionRow): Session {
  return { id, userId, expiresAt, revokedAt: revokedAt ?? undefined };
}
