import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { RevokeSessionRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { hasEnded } from '../domain/session.ts';
import { lockSession, revokeSession as revoke } from '../store/session-repository.ts';
import type { LogoutDeps } from './logout.ts';
import { originOf } from './origin.ts';

/** Ends one of the caller's sessions, be it the one that asks. Errors: SESSION_NOT_FOUND. */
export function revokeSession({ database, clock }: LogoutDeps): UnaryHandler<RevokeSessionRequest, Empty> {
  return async ({ id }, call) => {
    const { userId } = signedIn(call);
    await database.transaction(async (tx) => {
      const session = await lockSession(tx.em, id, userId);
      const now = clock();
      if (session === undefined || hasEnded(session, now))
        throw failure('SESSION_NOT_FOUND', 'There is no such session.', { session_id: id });
      await revoke(tx, session, { reason: 'REVOKED', actorId: userId, origin: originOf(call) }, now);
    });
    return {};
  };
}
