import { sleep } from '@shopverse/mesh/backoff';
import { UnexpectedAnswer } from './unexpected-answer.ts';

/**
 * Asks again and again until the answer is there.
 *
 * @param what is waited for; a function may tell what was seen in its place
 * @param look answers undefined while there is nothing to see yet
 * @throws UnexpectedAnswer after `timeoutMs` milliseconds, saying what did not come
 */
export async function eventually<T>(
  what: string | (() => string),
  look: () => Promise<T | undefined>,
  { timeoutMs = 20_000, intervalMs = 50 } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end)
      throw new UnexpectedAnswer(`${typeof what === 'string' ? what : what()} did not come within ${timeoutMs / 1000} s.`);
    await sleep(intervalMs);
  }
}
