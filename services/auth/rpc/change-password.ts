import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { ChangePasswordRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { Failure, failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { hasEnded } from '../domain/session.ts';
import { checkNewPassword } from '../passwords/check-new-password.ts';
import type { PasswordCheck } from '../passwords/password-check.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { changePassword as change, findAccount, lockAccount } from '../store/account-repository.ts';
import { record, recordFailedTry } from '../store/security-events.ts';
import { lockSession, revokeSessions } from '../store/session-repository.ts';
import { originOf } from './origin.ts';

/** What changing a password needs. */
export interface ChangePasswordDeps {
  readonly database: Postgres;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly check: PasswordCheck;
  readonly common: ReadonlySet<string>;
  readonly clock: () => Date;
}

/**
 * Sets another password and ends the other sessions. Who has a stolen access token alone gets no further than at log-in: a wrong old password counts as a failed
 * try there. Errors: INVALID_CREDENTIALS, LOCKED_OUT, PASSWORD_REFUSED, SESSION_REVOKED, OVERLOADED.
 */
export function changePassword(deps: ChangePasswordDeps): UnaryHandler<ChangePasswordRequest, Empty> {
  const { database, passwords, check, common, clock } = deps;
  return async ({ oldPassword, newPassword }, call) => {
    const { userId, sessionId } = signedIn(call);
    const origin = originOf(call);
    const account = isId(userId) && isId(sessionId) ? await database.read((em) => findAccount(em, userId)) : undefined;
    if (account === undefined) throw sessionOver();
    const { email, passwordHash: oldHash } = account;
    checkNewPassword({ field: 'new_password', password: newPassword, email }, common);

    const shown = { email, password: oldPassword, address: origin.address, signal: call.signal };
    const checked = await check.check(shown, async () => oldHash);
    if (!checked.right) {
      const failed = { type: 'PASSWORD_CHANGE_FAILED', userId, at: clock() } as const;
      await database.transaction(({ em }) => recordFailedTry(em, failed, checked.lockedOut, origin));
      throw wrongPassword();
    }
    const passwordHash = await passwords.hash(newPassword, call.signal).catch(async (error: unknown) => {
      await checked.takeBack();
      throw error;
    });
    await database.transaction(async (tx) => {
      const current = await lockAccount(tx.em, userId);
      // Somebody else changed it meanwhile: what was shown is the old password no longer.
      if (current?.passwordHash !== oldHash) throw wrongPassword();
      const session = await lockSession(tx.em, sessionId, userId);
      const now = clock();
      if (session === undefined || hasEnded(session, now)) throw sessionOver();
      await change(tx, { userId, passwordHash, byReset: false }, now);
      await record(tx.em, { type: 'PASSWORD_CHANGED', userId, actorId: userId, detail: '', at: now }, origin);
      await revokeSessions(tx, { userId, except: sessionId }, { reason: 'PASSWORD_CHANGED', actorId: userId, origin }, now);
      await checked.forget(tx.em);
    });
    return {};
  };
}

function wrongPassword(): Failure {
  const violations = [{ field: 'old_password', message: 'is not the password of this account' }];
  return new Failure('INVALID_CREDENTIALS', 'The old password is wrong.', { violations });
}

function sessionOver(): Failure {
  return failure('SESSION_REVOKED', 'This session is over: sign in again.');
}
