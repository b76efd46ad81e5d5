import { backoffMs, sleep } from '../backoff.ts';
import { Failure } from '../failure.ts';
import type { Service } from './service.ts';

/** How often a job runs. */
export interface EveryOptions {
  /** From the end of one run to the start of the next, in milliseconds, less up to a tenth, so that replicas drift apart. */
  readonly intervalMs: number;
  /** The first run is at once. @default false: after the first interval */
  readonly atOnce?: boolean;
  /** Largest part of the time that the job may take, above 0: after a long run it rests for longer than the interval. @default 1: no limit */
  readonly largestShare?: number;
}

/**
 * Runs a job again and again until the shutdown, which waits for the run that is under way. A run that throws is logged and tried again with
 * backoff. Several replicas may run the same job; it must allow for that.
 */
export function every(
  service: Pick<Service, 'log' | 'signal' | 'onStop'>,
  name: string,
  { intervalMs, atOnce = false, largestShare = 1 }: EveryOptions,
  run: (signal: AbortSignal) => Promise<void>,
): void {
  const loop = async (): Promise<void> => {
    let [failures, tookMs] = [0, 0];
    for (let first = atOnce; !service.signal.aborted; first = false) {
      const pauseMs = first
        ? 0
        : failures === 0
          ? Math.max(intervalMs * (1 - Math.random() / 10), tookMs * (1 / largestShare - 1))
          : Math.min(intervalMs, backoffMs(failures, { initialMs: 500, maxMs: 30_000 }));
      if (!(await sleep(pauseMs, service.signal))) return;
      const startedAt = performance.now();
      try {
        await run(service.signal);
        [failures, tookMs] = [0, performance.now() - startedAt];
      } catch (error) {
        failures += 1;
        if (!(error instanceof Failure) || error.reason === 'INTERNAL')
          service.log.error({ job: name, failures, err: error }, 'job failed');
        // Who it needs is away, which others report too: said at the first time, the second, the fourth.
        else if (Number.isInteger(Math.log2(failures))) service.log.warn({ job: name, failures, cause: error.message }, 'job must wait');
      }
    }
  };
  const running = loop();
  service.onStop('jobs', name, () => running);
}
