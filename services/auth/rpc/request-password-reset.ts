import { eventTypes } from '@shopverse/contracts/event-types';
import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import type { RequestPasswordResetRequest } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { sleep } from '@shopverse/mesh/backoff';
import { newId } from '@shopverse/mesh/ids';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { clientNetwork } from '../passwords/client-network.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { Origin } from '../domain/security-event.ts';
import type { Pseudonym } from '../keys/pseudonyms.ts';
import { lockedOut } from '../passwords/password-check.ts';
import { findAccountByEmail, lockAccount } from '../store/account-repository.ts';
import { countUse } from '../store/login-tries.ts';
import { countResets, openReset } from '../store/password-resets.ts';
import { record } from '../store/security-events.ts';
import { originOf } from './origin.ts';

/** What asking for a password reset needs. */
export interface RequestPasswordResetDeps {
  readonly database: Postgres;
  readonly pseudonym: Pseudonym;
  readonly clock: () => Date;
  /** How long a reset is good for, in milliseconds. */
  readonly ttlMs: number;
  /** Most resets of one account in an hour; more are not mailed, without a word. */
  readonly mostPerHour: number;
  /** Most that one client may ask for in an hour, for whomever. */
  readonly mostPerClient: number;
}

const HOUR_MS = 3_600_000;
/** Every answer takes a multiple of this, in milliseconds, so that its time says nothing of what was done. */
const STEP_MS = 100;

/** Makes the mail with the link due, if there is an account. What is answered, and when, does not depend on that. Errors: LOCKED_OUT. */
export function requestPasswordReset(deps: RequestPasswordResetDeps): UnaryHandler<RequestPasswordResetRequest, Empty> {
  const { database, pseudonym, clock, ttlMs, mostPerHour, mostPerClient } = deps;
  const eachMs = HOUR_MS / mostPerClient;
  const clientPolicy = { freeTries: mostPerClient + 1, firstMs: eachMs, maxMs: HOUR_MS / 4, forgetMs: HOUR_MS, forgiveMs: eachMs };

  const open = async (tx: Transaction, email: string, origin: Origin, now: Date): Promise<void> => {
    const found = await findAccountByEmail(tx.em, email);
    const account = found === undefined ? undefined : await lockAccount(tx.em, found.id);
    const userId = account?.id;
    const wanted = userId !== undefined && (await countResets(tx.em, userId, new Date(now.getTime() - HOUR_MS))) < mostPerHour;
    const detail = wanted || userId === undefined ? '' : 'TOO_MANY';
    await record(tx.em, { type: 'PASSWORD_RESET_REQUESTED', userId, actorId: undefined, detail, at: now }, origin);
    if (!wanted) return;
    const [resetId, expiresAt] = [newId(), new Date(now.getTime() + ttlMs)];
    await openReset(tx.em, { id: resetId, userId, expiresAt }, now);
    tx.publish(eventTypes['shopverse.auth.v1.PasswordResetRequested'], { userId, resetId, requestedAt: now, expiresAt });
  };

  return async ({ email }, call) => {
    const startedAt = performance.now();
    const origin = originOf(call);
    if (origin.address !== '') {
      const client = pseudonym('client of resets', clientNetwork(origin.address)).toString('hex');
      const verdict = await database.transaction((tx) => countUse(tx, client, clientPolicy, clock()));
      if (verdict.kind === 'LOCKED_OUT') throw lockedOut(verdict.retryAfterMs);
    }
    await database.transaction((tx) => open(tx, normaliseEmail(email), origin, clock()));
    await sleep(STEP_MS - ((performance.now() - startedAt) % STEP_MS), call.signal);
    return {};
  };
}
