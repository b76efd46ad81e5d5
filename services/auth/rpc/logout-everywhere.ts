import type { LogoutEverywhereRequest, LogoutEverywhereResponse } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { revokeSessions } from '../store/session-repository.ts';
import type { LogoutDeps } from './logout.ts';
import { originOf } from './origin.ts';

/** Ends all sessions of the caller. */
export function logoutEverywhere({ database, clock }: LogoutDeps): UnaryHandler<LogoutEverywhereRequest, LogoutEverywhereResponse> {
  return async (_request, call) => {
    const { userId } = signedIn(call);
    const revocation = { reason: 'LOGGED_OUT', actorId: userId, origin: originOf(call) } as const;
    return { endedSessions: await database.transaction((tx) => revokeSessions(tx, { userId }, revocation, clock())) };
  };
}
