import type { Transaction } from '@shopverse/mesh/store/postgres';
import { NOWHERE } from '../domain/security-event.ts';
import { AccountEntity, SessionEntity } from './entities.ts';
import { revokeSessions } from './session-repository.ts';

/** What stands for the password hash of a deleted account: no hash at all. */
const NO_PASSWORD = '';

/**
 * Ends the sessions of an account and takes away all that is personal of it. The id stays, as sessions refer to it; the e-mail address is free for a new account. Once more
 * changes nothing.
 */
export async function anonymiseAccount(tx: Transaction, userId: string, now: Date): Promise<void> {
  await revokeSessions(tx, { userId }, { reason: 'ACCOUNT_DELETED', actorId: undefined, origin: NOWHERE }, now);
  await tx.em.nativeUpdate(SessionEntity, { userId }, { userAgent: '', clientAddress: '' });
  await tx.em.nativeUpdate(
    AccountEntity,
    { id: userId, passwordHash: { $ne: NO_PASSWORD } },
    { email: `${userId}@deleted.invalid`, fullName: '', role: 'CUSTOMER', passwordHash: NO_PASSWORD, updatedAt: now },
  );
}
