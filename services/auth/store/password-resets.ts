import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PasswordResetEntity } from './entities.ts';

/** A password reset that can still be used. */
export interface OpenReset {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

/** Opens a reset, and ends those of the account that were open: one link at a time is good. The account must be locked. */
export async function openReset(em: EntityManager, { id, userId, expiresAt }: OpenReset, now: Date): Promise<void> {
  await endResets(em, userId, now);
  await em.insert(PasswordResetEntity, { id, userId, requestedAt: now, expiresAt });
}

/** Ends all resets of an account that are open. */
export async function endResets(em: EntityManager, userId: string, now: Date): Promise<void> {
  await em.nativeUpdate(PasswordResetEntity, { userId, endedAt: null }, { endedAt: now });
}

/** How many resets an account has asked for since a time. */
export async function countResets(em: EntityManager, userId: string, since: Date): Promise<number> {
  return em.count(PasswordResetEntity, { userId, requestedAt: { $gt: since } });
}

/** The open reset with this id or token, locked until the end of the transaction. */
export async function lockReset(
  em: EntityManager,
  which: { readonly id: string } | { readonly tokenHash: string },
  now: Date,
): Promise<OpenReset | undefined> {
  const open = { ...which, endedAt: null, expiresAt: { $gt: now } };
  return (await em.findOne(PasswordResetEntity, open, { lockMode: LockMode.PESSIMISTIC_WRITE })) ?? undefined;
}

/** Gives a reset another token: the one before is good no longer. */
export async function setResetToken(em: EntityManager, id: string, tokenHash: string): Promise<void> {
  await em.nativeUpdate(PasswordResetEntity, { id }, { tokenHash });
}
