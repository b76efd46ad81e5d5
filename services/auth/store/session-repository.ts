import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { refreshTokenExpiry, type RefreshTokenState, type SessionState } from '../domain/session.ts';
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

/** Opens a session with its first refresh token, and says UserLoggedIn. */
export async function openSession(
  tx: Transaction,
  { id, userId, userAgent, tokenHash }: { id: string; userId: string; userAgent: string; tokenHash: string },
  now: Date,
  { sessionMs, refreshTokenMs }: SessionLifetimes,
): Promise<void> {
  const session: Session = { id, userId, expiresAt: new Date(now.getTime() + sessionMs), revokedAt: undefined };
  await tx.em.insert(SessionEntity, { id, userId, userAgent, createdAt: now, lastUsedAt: now, expiresAt: session.expiresAt });
  await addRefreshToken(tx.em, session, tokenHash, now, refreshTokenMs);
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
  now: Date,
  { refreshTokenMs }: SessionLifetimes,
): Promise<void> {
  await em.nativeUpdate(RefreshTokenEntity, { hash }, { usedAt: now });
  await em.nativeUpdate(SessionEntity, { id: session.id }, { lastUsedAt: now });
  await addRefreshToken(em, session, nextHash, now, refreshTokenMs);
}

/** A user's own session, locked until the end of the transaction. */
export async function lockSession(em: EntityManager, id: string, userId: string): Promise<Session | undefined> {
  const row = await em.findOne(SessionEntity, { id, userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row === null ? undefined : toSession(row);
}

/** Ends a session before its time, and says SessionRevoked. */
export async function revokeSession(tx: Transaction, { id, userId }: Session, reason: RevocationReason, now: Date): Promise<void> {
  await tx.em.nativeUpdate(SessionEntity, { id }, { revokedAt: now });
  tx.publish(eventTypes['shopverse.auth.v1.SessionRevoked'], { userId, sessionId: id, revokedAt: now, reason });
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
