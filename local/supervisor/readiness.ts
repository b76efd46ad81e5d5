import { sleep } from '@shopverse/mesh/backoff';
import type { Part } from '../parts/part.ts';
import { StackError } from '../stack-error.ts';
import type { LogFile } from './log-file.ts';
import type { PartProcess } from './part-process.ts';

const PROBE_INTERVAL_MS = 60;
const PROBE_TIMEOUT_MS = 3_000;

/** Asks a part once whether it can serve. Answers the reason when it can't. */
export async function probe(part: Part, signal: AbortSignal): Promise<string | undefined> {
  try {
    await part.ready(AbortSignal.any([AbortSignal.timeout(PROBE_TIMEOUT_MS), signal]));
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return error.cause instanceof Error && error.message === 'fetch failed' ? error.cause.message : error.message;
  }
}

/**
 * Waits until a part can serve.
 *
 * @throws StackError when its process ends before that, or `timeoutMs` milliseconds have passed; the signal's reason when it aborts
 */
export async function untilReady(part: Part, process: PartProcess, log: LogFile, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + timeoutMs;
  let reason = '';
  while (performance.now() < end) {
    signal.throwIfAborted();
    if (process.hasEnded) {
      await process.lastWords();
      throw new StackError(`${part.name} did not start, it ended (${process.howEnded}): ${log.lastWords()} (all of it: ${log.path})`);
    }
    const said = await probe(part, signal);
    if (said === undefined) return;
    reason = said;
    await sleep(PROBE_INTERVAL_MS, signal);
  }
  throw new StackError(`${part.name} is not ready after ${timeoutMs / 1000} s: ${reason} (its log: ${log.path})`);
}
