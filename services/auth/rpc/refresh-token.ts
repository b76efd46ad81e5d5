import type { TokenPair } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { RefreshTokenRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import type { Origin } from '../domain/security-event.ts';
import { judgeRefresh } from '../domain/session.ts';
import type { IssueAccessToken } from '../keys/access-token.ts';
import { hashRefreshToken, newRefreshToken } from '../keys/refresh-token.ts';
import { findAccount } from '../store/account-repository.ts';
import { lockShownToken, revokeSession, rotateToken, type SessionLifetimes, type ShownToken } from '../store/session-repository.ts';
import { originOf } from './origin.ts';
import { toTokenPair } from './token-pair.ts';

/** What refreshing needs. */
export interface RefreshTokenDeps {
  readonly database: Postgres;
  readonly issueAccessToken: IssueAccessToken;
  readonly lifetimes: SessionLifetimes;
  readonly clock: () => Date;
}

/**
 * Exchanges a refresh token for a new pair, with the account's name and role as they are now. A token that was exchanged before ends its session, whoever shows
 * it; the answer does not say which of all reasons it was. Errors: INVALID_REFRESH_TOKEN.
 */
export function refreshToken({
  database,
  issueAccessToken,
  lifetimes,
  clock,
}: RefreshTokenDeps): UnaryHandler<RefreshTokenRequest, TokenPair> {
  const exchange = async (tx: Transaction, shown: ShownToken, origin: Origin, now: Date): Promise<TokenPair | undefined> => {
    const { id: sessionId, userId } = shown.session;
    const account = await findAccount(tx.em, userId);
    if (account === undefined) return undefined;
    const next = newRefreshToken();
    await rotateToken(tx.em, shown, next.hash, origin, now, lifetimes);
    const { email, fullName, role } = account;
    return toTokenPair(userId, await issueAccessToken({ userId, email, fullName, role, sessionId }), next.token);
  };

  return async (request, call) => {
    const origin = originOf(call);
    const pair = await database.transaction(async (tx) => {
      const shown = await lockShownToken(tx.em, hashRefreshToken(request.refreshToken));
      if (shown === undefined) return undefined;
      const now = clock();
      switch (judgeRefresh(shown.token, shown.session, now)) {
        case 'ROTATE':
          return exchange(tx, shown, origin, now);
        case 'REVOKE_SESSION':
          await revokeSession(tx, shown.session, { reason: 'REFRESH_TOKEN_REUSED', actorId: undefined, origin }, now);
          return undefined;
        case 'REFUSE':
          return undefined;
      }
    });
    // Thrown out here: thrown in the transaction, it would undo the end of the session.
    if (pair === undefined) throw failure('INVALID_REFRESH_TOKEN', 'The refresh token is good no longer: sign in again.');
    return pair;
  };
}
