import type {
  IssuePasswordResetTokenRequest,
  IssuePasswordResetTokenResponse,
} from '@shopverse/contracts/shopverse/auth/v1/password_reset_service';
import { failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { newRefreshToken } from '../keys/refresh-token.ts';
import { lockReset, setResetToken } from '../store/password-resets.ts';
import type { LogoutDeps } from './logout.ts';

/** Makes the token of a reset for the mail that is about to leave; only its hash stays here. Errors: PASSWORD_RESET_NOT_FOUND. */
export function issuePasswordResetToken({
  database,
  clock,
}: LogoutDeps): UnaryHandler<IssuePasswordResetTokenRequest, IssuePasswordResetTokenResponse> {
  return async ({ resetId }) =>
    database.transaction(async ({ em }) => {
      const reset = await lockReset(em, { id: resetId }, clock());
      if (reset === undefined)
        throw failure('PASSWORD_RESET_NOT_FOUND', 'There is no such password reset, or it is over.', { reset_id: resetId });
      const { token, hash } = newRefreshToken();
      await setResetToken(em, reset.id, hash);
      return { token, expiresAt: reset.expiresAt };
    });
}
