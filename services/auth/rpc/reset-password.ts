import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { ResetPasswordRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure, type Failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { hashRefreshToken } from '../keys/refresh-token.ts';
import { checkNewPassword } from '../passwords/check-new-password.ts';
import { changePassword, findAccount, lockAccount } from '../store/account-repository.ts';
import { endResets, lockReset } from '../store/password-resets.ts';
import { record } from '../store/security-events.ts';
import { revokeSessions } from '../store/session-repository.ts';
import type { ChangePasswordDeps } from './change-password.ts';
import { originOf } from './origin.ts';

/**
 * Sets a new password by the token of the mail, once, and ends all sessions. Whoever can read the account's mail is no longer locked out either. A password that is
 * refused does not use the token up. Errors: INVALID_RESET_TOKEN, PASSWORD_REFUSED, OVERLOADED.
 */
export function resetPassword({
  database,
  passwords,
  check,
  common,
  clock,
}: ChangePasswordDeps): UnaryHandler<ResetPasswordRequest, Empty> {
  return async ({ token, newPassword }, call) => {
    const tokenHash = hashRefreshToken(token);
    const origin = originOf(call);
    const account = await database.transaction(async ({ em }) => {
      const reset = await lockReset(em, { tokenHash }, clock());
      return reset === undefined ? undefined : findAccount(em, reset.userId);
    });
    if (account === undefined) throw invalidToken();
    const { id: userId, email } = account;
    checkNewPassword({ field: 'new_password', password: newPassword, email }, common);
    const passwordHash = await passwords.hash(newPassword, call.signal);
    await database.transaction(async (tx) => {
      const current = await lockAccount(tx.em, userId);
      const now = clock();
      // Looked at again: of two who use the token at once, the second comes too late. An account that was deleted meanwhile has another address.
      const reset = await lockReset(tx.em, { tokenHash }, now);
      if (reset === undefined || current?.email !== email) throw invalidToken();
      await endResets(tx.em, userId, now);
      await changePassword(tx, { userId, passwordHash, byReset: true }, now);
      await record(tx.em, { type: 'PASSWORD_RESET', userId, actorId: undefined, detail: reset.id, at: now }, origin);
      await revokeSessions(tx, { userId }, { reason: 'PASSWORD_CHANGED', actorId: undefined, origin }, now);
      await check.forgive(tx.em, email);
    });
    return {};
  };
}

function invalidToken(): Failure {
  return failure('INVALID_RESET_TOKEN', 'The link is good no longer: ask for a new one.');
}
