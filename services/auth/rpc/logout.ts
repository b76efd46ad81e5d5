import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { LogoutRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { isId } from '@shopverse/mesh/ids';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { hasEnded } from '../domain/session.ts';
import { lockSession, revokeSession } from '../store/session-repository.ts';
import { originOf } from './origin.ts';

/** What signing out needs. */
export interface LogoutDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
}

/** Ends the caller's session; a session that is over already stays as it is. */
export function logout({ database, clock }: LogoutDeps): UnaryHandler<LogoutRequest, Empty> {
  return async (_request, call) => {
    const { userId, sessionId } = signedIn(call);
    if (!isId(sessionId) || !isId(userId)) return {};
    await database.transaction(async (tx) => {
      const session = await lockSession(tx.em, sessionId, userId);
      const now = clock();
      if (session === undefined || hasEnded(session, now)) return;
      await revokeSession(tx, session, { reason: 'LOGGED_OUT', actorId: userId, origin: originOf(call) }, now);
    });
    return {};
  };
}
