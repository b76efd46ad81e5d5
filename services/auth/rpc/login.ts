import type { TokenPair } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { LoginRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Account } from '../domain/account.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { Origin } from '../domain/security-event.ts';
import type { IssueAccessToken } from '../keys/access-token.ts';
import { newRefreshToken } from '../keys/refresh-token.ts';
import type { PasswordCheck } from '../passwords/password-check.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { findAccountByEmail, lockAccount, replaceHash } from '../store/account-repository.ts';
import { recordFailedTry } from '../store/security-events.ts';
import { openSession, type SessionLifetimes } from '../store/session-repository.ts';
import { originOf } from './origin.ts';
import { toTokenPair } from './token-pair.ts';

/** What signing in needs. */
export interface LoginDeps {
  readonly database: Postgres;
  readonly passwords: Pick<PasswordHasher, 'hash' | 'isOutdated'>;
  readonly check: PasswordCheck;
  readonly issueAccessToken: IssueAccessToken;
  readonly lifetimes: SessionLifetimes;
  readonly clock: () => Date;
}

/**
 * Signs in: a new session, its first token pair, and UserLoggedIn. An unknown address is treated like a wrong password in all: the same work, the same
 * answer, the same lock-out. A password hash of another cost than the settings want is replaced while the password is at hand. Errors: INVALID_CREDENTIALS,
 * LOCKED_OUT, OVERLOADED.
 */
export function login({
  database,
  passwords,
  check,
  issueAccessToken,
  lifetimes,
  clock,
}: LoginDeps): UnaryHandler<LoginRequest, TokenPair> {
  const refuse = async (userId: string | undefined, lockedOut: boolean, origin: Origin) => {
    await database.transaction(({ em }) => recordFailedTry(em, { type: 'LOGIN_FAILED', userId, at: clock() }, lockedOut, origin));
    return failure('INVALID_CREDENTIALS', 'E-mail or password is wrong.');
  };

  return async ({ email: given, password }, call) => {
    const email = normaliseEmail(given);
    const origin = originOf(call);
    let account: Account | undefined;
    const checked = await check.check({ email, password, address: origin.address, signal: call.signal }, async () => {
      account = await database.read((em) => findAccountByEmail(em, email));
      return account?.passwordHash;
    });
    if (!checked.right || account === undefined) throw await refuse(account?.id, !checked.right && checked.lockedOut, origin);

    const { id: userId, passwordHash } = account;
    // When there is no place for the work, the next log-in does it.
    const better = passwords.isOutdated(passwordHash) ? await passwords.hash(password, call.signal).catch(() => undefined) : undefined;
    const sessionId = newId();
    const { token, hash: tokenHash } = newRefreshToken();
    const accessToken = await database.transaction(async (tx) => {
      // Locked: who changes the password or the role at the same time ends this session, too, or is seen here.
      const now = await lockAccount(tx.em, userId);
      if (now?.passwordHash !== passwordHash) return undefined;
      if (better !== undefined) await replaceHash(tx.em, userId, better);
      await openSession(tx, { id: sessionId, userId, tokenHash }, origin, clock(), lifetimes);
      await checked.forget(tx.em);
      return issueAccessToken({ userId, email, fullName: now.fullName, role: now.role, sessionId });
    });
    if (accessToken === undefined) throw await refuse(userId, false, origin);
    return toTokenPair(userId, accessToken, token);
  };
}
