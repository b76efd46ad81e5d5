/** When a mail that could not be sent is tried again. */
export interface RetryPolicy {
  /** Tries in all before a mail is given up. */
  readonly maxTries: number;
  /** Wait after the first try, in milliseconds; doubled after each. */
  readonly initialMs: number;
  /** Longest wait, in milliseconds. */
  readonly maxMs: number;
}

/** What becomes of a mail after a try that failed. */
export type NextTry = { readonly state: 'QUEUED'; readonly dueAt: Date } | { readonly state: 'FAILED' };

/**
 * Decides on a mail after try number `tries` (1 is the first) failed: later again, at half to all of the doubled wait so that mails held up
 * together do not come back together; or never, when the tries are used up or the server said that it won't ever take it.
 *
 * @param random a number in [0, 1)
 */
export function nextTry(
  { tries, permanent }: { readonly tries: number; readonly permanent: boolean },
  policy: RetryPolicy,
  now: Date,
  random: number,
): NextTry {
  if (permanent || tries >= policy.maxTries) return { state: 'FAILED' };
  const wait = Math.min(policy.maxMs, policy.initialMs * 2 ** (tries - 1));
  return { state: 'QUEUED', dueAt: new Date(now.getTime() + wait * (0.5 + random / 2)) };
}
