/** How failed log-ins of one address are slowed down. */
export interface LockOutPolicy {
  /** Failures in a row before the first lock-out. */
  readonly freeTries: number;
  /** The first lock-out, in milliseconds; each further failure doubles it. */
  readonly firstMs: number;
  /** The longest lock-out, in milliseconds: what somebody can do to another's account at most. */
  readonly maxMs: number;
  /** After this long without a try, in milliseconds, failures are forgotten. */
  readonly forgetMs: number;
}

/** What is remembered of an address's failed log-ins. */
export interface LoginFailures {
  readonly failures: number;
  readonly lastTriedAt: Date;
  /** No try is looked at before this. */
  readonly lockedUntil: Date;
}

/** What becomes of a try. */
export type TryVerdict =
  /** It may be looked at, and counts as failed until the password has been found right. */
  | { readonly kind: 'ALLOWED'; readonly counted: LoginFailures }
  /** It is refused unseen, and does not lengthen the lock-out. */
  | { readonly kind: 'LOCKED_OUT'; readonly retryAfterMs: number };

/** How long an address is locked out after so many failures in a row, in milliseconds. */
export function lockOutMs(failures: number, { freeTries, firstMs, maxMs }: LockOutPolicy): number {
  if (failures < freeTries) return 0;
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures - freeTries, 52));
}

/** How long a lock-out still lasts, in milliseconds; 0 when there is none. */
export function lockedForMs(before: LoginFailures | undefined, now: Date): number {
  return before === undefined ? 0 : Math.max(0, before.lockedUntil.getTime() - now.getTime());
}

/**
 * Judges a try before its password is looked at. Counting first means that a hundred guesses sent at once get no further than a hundred sent
 * one after the other.
 */
export function judgeTry(before: LoginFailures | undefined, now: Date, policy: LockOutPolicy): TryVerdict {
  const retryAfterMs = lockedForMs(before, now);
  if (retryAfterMs > 0) return { kind: 'LOCKED_OUT', retryAfterMs };
  const forgotten = before === undefined || now.getTime() - before.lastTriedAt.getTime() >= policy.forgetMs;
  const failures = (forgotten ? 0 : before.failures) + 1;
  const lockedUntil = new Date(now.getTime() + lockOutMs(failures, policy));
  return { kind: 'ALLOWED', counted: { failures, lastTriedAt: now, lockedUntil } };
}

/** Takes back a counted try that could not be looked at: it was no guess. */
export function takeBack(counted: LoginFailures, policy: LockOutPolicy): LoginFailures {
  const failures = Math.max(0, counted.failures - 1);
  return { ...counted, failures, lockedUntil: new Date(counted.lastTriedAt.getTime() + lockOutMs(failures, policy)) };
}
