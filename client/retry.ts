import { ConnectionError, ShopError } from './shop-error.ts';

/** How calls are repeated. */
export interface RetryOptions {
  /** Tries in all; 1 repeats nothing. @default 4 */
  readonly attempts?: number;
  /** Upper bound of the first wait, in milliseconds; it doubles each time. @default 200 */
  readonly firstWaitMs?: number;
  /** Longest wait, in milliseconds. When the shop asks for a longer one, its refusal is given instead. @default 10000 */
  readonly longestWaitMs?: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * How long to wait before the try after `attempt` (the first is 1), in milliseconds; undefined when there is to be none. Only what the shop
 * did not take on is repeated: it was away, too busy, or could not be reached. Waits have full jitter, so that many do not come back together.
 */
export function waitBeforeRetry(error: unknown, attempt: number, options: RetryOptions = {}): number | undefined {
  const { attempts = 4, firstWaitMs = 200, longestWaitMs = 10_000, random = Math.random } = options;
  if (attempt >= attempts || !isTransient(error)) return undefined;
  const asked = error instanceof ShopError ? (error.retryAfterMs ?? 0) : 0;
  if (asked > longestWaitMs) return undefined;
  return Math.min(longestWaitMs, asked + random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)));
}

const unavailable = 14;

function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ShopError && (error.code === unavailable || error.status === 503 || error.status === 429);
}

/** Waits; throws the signal's reason when it aborts first. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
