import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Role } from '@shopverse/contracts/shopverse/access/v1/access';
import { eventTypes } from '@shopverse/contracts/event-types';
import { failure, type Failure } from '@shopverse/mesh/failure';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import type { Account, AccountRole } from '../domain/account.ts';
import type { Origin } from '../domain/security-event.ts';
import { record } from './security-events.ts';
import { AccountEntity, ProfileHandoverEntity } from './entities.ts';

/** A new account and what else came with it. */
export interface NewAccount extends Account {
  /** E.164, or empty; for the profile only. */
  readonly phone: string;
}

/** How long the one who opened an account has to hand its profile over before the job does, in milliseconds. */
const HEAD_START_MS = 5_000;

/** The account with this address in its kept form. */
export async function findAccountByEmail(em: EntityManager, email: string): Promise<Account | undefined> {
  return (await em.findOne(AccountEntity, { email })) ?? undefined;
}

/** The account with this id. */
export async function findAccount(em: EntityManager, id: string): Promise<Account | undefined> {
  return (await em.findOne(AccountEntity, { id })) ?? undefined;
}

/** The account with this id, locked until the end of the transaction, as it is then. */
export async function lockAccount(em: EntityManager, id: string): Promise<Account | undefined> {
  return (await em.findOne(AccountEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })) ?? undefined;
}

/** Keeps the same password under another hash. */
export async function replaceHash(em: EntityManager, id: string, passwordHash: string): Promise<void> {
  await em.nativeUpdate(AccountEntity, { id }, { passwordHash });
}

/** Sets another password, and says PasswordChanged. */
export async function changePassword(
  tx: Transaction,
  { userId, passwordHash, byReset }: { userId: string; passwordHash: string; byReset: boolean },
  now: Date,
): Promise<void> {
  await tx.em.nativeUpdate(AccountEntity, { id: userId }, { passwordHash, updatedAt: now });
  tx.publish(eventTypes['shopverse.auth.v1.PasswordChanged'], { userId, byReset, changedAt: now });
}

/** Held while a role changes: whether an admin is the last one is a question about all accounts. */
const ROLES_LOCK = 0x726f6c65;

/** Waits until nobody else changes a role, until the end of the transaction. */
export async function lockRoles({ sql: connection }: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ROLES_LOCK})`.execute(connection);
}

/** How many admins there are. */
export async function countAdmins(em: EntityManager): Promise<number> {
  return em.count(AccountEntity, { role: 'ADMIN' });
}

/** Gives an account another role, and says RoleChanged. */
export async function changeRole(
  tx: Transaction,
  { userId, from, to, changedBy }: { userId: string; from: AccountRole; to: AccountRole; changedBy: string },
  now: Date,
): Promise<void> {
  await tx.em.nativeUpdate(AccountEntity, { id: userId }, { role: to, updatedAt: now });
  tx.publish(eventTypes['shopverse.auth.v1.RoleChanged'], { userId, oldRole: Role[from], newRole: Role[to], changedBy, changedAt: now });
}

/**
 * Opens an account: the account, the note that its profile is still to be handed over to the user service, UserRegistered, and
 * RoleChanged for one that is more than a customer from the start.
 *
 * @throws Failure EMAIL_TAKEN
 */
export async function addAccount(tx: Transaction, { phone, ...account }: NewAccount, origin: Origin, now: Date): Promise<void> {
  try {
    await tx.em.insert(AccountEntity, { ...account, createdAt: now, updatedAt: now, version: 1 });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException && error.message.includes('accounts_email_key') ? emailTaken() : error;
  }
  const nextTryAt = new Date(now.getTime() + HEAD_START_MS);
  await tx.em.insert(ProfileHandoverEntity, { userId: account.id, phone, tries: 0, nextTryAt });
  await record(tx.em, { type: 'ACCOUNT_OPENED', userId: account.id, actorId: undefined, detail: account.role, at: now }, origin);
  tx.publish(eventTypes['shopverse.auth.v1.UserRegistered'], {
    userId: account.id,
    email: account.email,
    fullName: account.fullName,
    registeredAt: now,
  });
  if (account.role === 'CUSTOMER') return;
  const { id: userId, role } = account;
  const changed = { userId, oldRole: Role.CUSTOMER, newRole: Role[role], changedBy: '', changedAt: now };
  tx.publish(eventTypes['shopverse.auth.v1.RoleChanged'], changed);
}

/** The refusal of an address that somebody has an account with. */
export function emailTaken(): Failure {
  return failure('EMAIL_TAKEN', 'There is an account with this e-mail address: sign in, or take another.');
}
