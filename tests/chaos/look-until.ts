import { sleep } from '@shopverse/mesh/backoff';

/**
 * Looks again and again until what is seen is good, and answers that; or, when the time is over, what was seen last, for a report that says how things stand. Where nothing is to
 * be reported, `eventually` throws.
 */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isGood: (seen: T) => boolean,
  { timeoutMs, intervalMs }: { readonly timeoutMs: number; readonly intervalMs: number },
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isGood(seen) || performance.now() > end) return seen;
    await sleep(intervalMs);
  }
}
