import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import type { EdgeAnswer } from '../customer.ts';

/** Longest wait before the same request is sent again, in milliseconds. */
const LONGEST_WAIT_MS = 1_500;
/** What says nothing about the request itself: overload, something away, a deadline, a fault on the way, another try still at it. */
const PASSING: ReadonlySet<number> = new Set([0, 408, 429, 500, 502, 503, 504]);

/** What a client has been through. */
export interface Effort {
  retries: number;
}

/**
 * Sends a request again and again until its answer is a decision, as a client does whose key makes that safe. A connection that breaks says nothing either.
 *
 * @throws Error when there is none before `giveUp` aborts
 */
export async function persist(send: () => Promise<EdgeAnswer>, effort: Effort, giveUp: AbortSignal): Promise<EdgeAnswer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await send().catch(() => undefined);
    const undecided = answer === undefined || PASSING.has(answer.status) || answer.text.includes('CONCURRENT_CHANGE');
    if (!undecided) return answer;
    effort.retries += 1;
    if (!(await sleep(Math.max(50, backoffMs(tries, { initialMs: 100, maxMs: LONGEST_WAIT_MS })), giveUp)))
      throw new Error(`There was no answer until the end: ${answer?.status ?? 'the connection broke'} ${answer?.text ?? ''}`);
  }
}
