import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait between tries. */
export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds. @default 100 */
  readonly initialMs?: number;
  /** Upper bound of any wait, in milliseconds. @default 10000 */
  readonly maxMs?: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * The wait before try number `attempt` (0 is the first retry), in milliseconds: exponential with full jitter, so that many who failed
 * together do not come back together.
 */
export function backoffMs(attempt: number, { initialMs = 100, maxMs = 10_000, random = Math.random }: BackoffOptions = {}): number {
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(attempt, 30));
  return Math.round(random() * ceiling);
}

/** Waits, or ends early (without an error) when `signal` aborts. Answers whether the whole time passed. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch (error) {
    if (signal?.aborted === true) return false;
    throw error;
  }
}
