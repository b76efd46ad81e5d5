import type { TokenPair } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { LoginRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { Failure, failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import { header } from '@shopverse/mesh/rpc/headers';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { normaliseEmail } from '../domain/email.ts';
import { shortenUserAgent } from '../domain/user-agent.ts';
import type { IssueAccessToken } from '../keys/access-token.ts';
import type { Pseudonym } from '../keys/pseudonyms.ts';
import { newRefreshToken } from '../keys/refresh-token.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { findAccountByEmail } from '../store/account-repository.ts';
import type { LoginTries } from '../store/login-tries.ts';
import { openSession, type SessionLifetimes } from '../store/session-repository.ts';
import { toTokenPair } from './token-pair.ts';

/** What signing in needs. */
export interface LoginDeps {
  readonly database: Postgres;
  readonly passwords: Pick<PasswordHasher, 'matches'>;
  readonly tries: LoginTries;
  readonly pseudonym: Pseudonym;
  readonly issueAccessToken: IssueAccessToken;
  readonly lifetimes: SessionLifetimes;
  readonly clock: () => Date;
}

/**
 * Signs in: a new session, its first token pair, and UserLoggedIn. An unknown address is treated like a wrong password in all: the same work, the same
 * answer, the same lock-out. Errors: INVALID_CREDENTIALS, LOCKED_OUT, OVERLOADED.
 */
export function login(deps: LoginDeps): UnaryHandler<LoginRequest, TokenPair> {
  const { database, passwords, tries, pseudonym, issueAccessToken, lifetimes, clock } = deps;
  return async ({ email: given, password }, call) => {
    const email = normaliseEmail(given);
    const address = pseudonym('email', email).toString('hex');
    const verdict = await tries.count(address, clock());
    if (verdict.kind === 'LOCKED_OUT') throw lockedOut(verdict.retryAfterMs);

    const account = await database.read((em) => findAccountByEmail(em, email));
    const matches = await passwords.matches(account?.passwordHash, password, call.signal).catch(async (error: unknown) => {
      // Nobody looked at the password: whoever comes when we are overloaded must not be locked out for it.
      await tries.takeBack(address);
      throw error;
    });
    if (account === undefined || !matches) throw failure('INVALID_CREDENTIALS', 'E-mail or password is wrong.');

    const { id: userId, fullName, role } = account;
    const sessionId = newId();
    const accessToken = await issueAccessToken({ userId, email: account.email, fullName, role, sessionId });
    const { token, hash: tokenHash } = newRefreshToken();
    const userAgent = shortenUserAgent(header(call.metadata, 'user-agent'));
    await database.transaction(async (tx) => {
      await openSession(tx, { id: sessionId, userId, userAgent, tokenHash }, clock(), lifetimes);
      await tries.forget(tx.em, address);
    });
    return toTokenPair(userId, accessToken, token);
  };
}

function lockedOut(retryAfterMs: number): Failure {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new Failure('LOCKED_OUT', `Too many failed log-ins; try again in ${seconds} s.`, { retryAfterMs });
}
