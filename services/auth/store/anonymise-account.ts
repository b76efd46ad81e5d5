import { RevocationReason } from '@shopverse/contracts/shopverse/auth/v1/auth_events';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { AccountEntity, SessionEntity } from './entities.ts';
import { revokeSession } from './session-repository.ts';

/** What stands for the password hash of a deleted account: no hash at all. */
const NO_PASSWORD = '';

/**
 * Ends the sessions of an account and takes away all that is personal of it. The id stays, as sessions refer to it; the e-mail address is free for a new account. Once more
 * changes nothing.
 */
export async function anonymiseAccount(tx: Transaction, userId: string, now: Date): Promise<void> {
  const open = await tx.em.find(SessionEntity, { userId, revokedAt: null, expiresAt: { $gt: now } });
  for (const { id, expiresAt } of open)
    await revokeSession(tx, { id, userId, expiresAt, revokedAt: undefined }, RevocationReason.ACCOUNT_DELETED, now);
  await tx.em.nativeUpdate(SessionEntity, { userId }, { userAgent: '' });
  await tx.em.nativeUpdate(
    AccountEntity,
    { id: userId },
    { email: `${userId}@deleted.invalid`, fullName: '', role: 'CUSTOMER', passwordHash: NO_PASSWORD, updatedAt: now },
  );
}
