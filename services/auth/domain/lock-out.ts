/** How failed log-ins of one e-mail address, or from one client's network, are slowed down. */
export interface LockOutPolicy {
  /** Failures in a row before the first lock-out. */
  readonly freeTries: number;
  /** The first lock-out, in milliseconds; each further failure doubles it. */
  readonly firstMs: number;
  /** The longest lock-out, in milliseconds: what somebody can do to another's account at most. */
  readonly maxMs: number;
  /** After this long without a try, in milliseconds, failures are forgotten. */
  readonly forgetMs: number;
  /** Time in which one failure is forgiven, in milliseconds: many people share a network, and some of them mistype. @default none is */
  readonly forgiveMs?: number;
}

/** What is remembered of an address's failed log-ins. */
export interface LoginFailures {
  /** With fractions where failures are forgiven by time. */
  readonly failures: number;
  /** Tries among them whose password is being looked at. */
  readonly inFlight: number;
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
  // Rounded, as a bit is forgiven even between two tries in the same second.
  const tooMany = Math.round(failures) - freeTries;
  return tooMany < 0 ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(tooMany, 52));
}

/** How long a lock-out still lasts, in milliseconds; 0 when there is none. */
export function lockedForMs(before: LoginFailures | undefined, now: Date): number {
  return before === undefined ? 0 : Math.max(0, before.lockedUntil.getTime() - now.getTime());
}

/** A try that took longer to decide than this, in milliseconds, died with its process. */
const LONGEST_TRY_MS = 10_000;

/** Whether a lock-out may be over any moment, because a try that led to it is not decided yet: its password may be the right one. */
export function isUndecided({ inFlight, lastTriedAt }: LoginFailures, now: Date): boolean {
  return inFlight > 0 && now.getTime() - lastTriedAt.getTime() < LONGEST_TRY_MS;
}

/**
 * Judges a try before its password is looked at. Counting first means that a hundred guesses sent at once get no further than a hundred sent
 * one after the other.
 */
export function judgeTry(before: LoginFailures | undefined, now: Date, policy: LockOutPolicy): TryVerdict {
  const retryAfterMs = lockedForMs(before, now);
  if (retryAfterMs > 0) return { kind: 'LOCKED_OUT', retryAfterMs };
  const failures = (before === undefined ? 0 : remembered(before, now, policy)) + 1;
  const inFlight = before !== undefined && isUndecided(before, now) ? before.inFlight + 1 : 1;
  const lockedUntil = new Date(now.getTime() + lockOutMs(failures, policy));
  return { kind: 'ALLOWED', counted: { failures, inFlight, lastTriedAt: now, lockedUntil } };
}

/** A counted try was a wrong guess. */
export function decide(counted: LoginFailures): LoginFailures {
  return { ...counted, inFlight: Math.max(0, counted.inFlight - 1) };
}

/** Takes back a counted try that could not be looked at, or was no guess. */
export function takeBack(counted: LoginFailures, policy: LockOutPolicy): LoginFailures {
  const failures = Math.max(0, counted.failures - 1);
  return { ...decide(counted), failures, lockedUntil: new Date(counted.lastTriedAt.getTime() + lockOutMs(failures, policy)) };
}

function remembered({ failures, lastTriedAt }: LoginFailures, now: Date, { forgetMs, forgiveMs }: LockOutPolicy): number {
  const quietMs = now.getTime() - lastTriedAt.getTime();
  if (quietMs >= forgetMs) return 0;
  return forgiveMs === undefined ? failures : Math.max(0, failures - Math.max(0, quietMs) / forgiveMs);
}
