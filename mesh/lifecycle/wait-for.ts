import { backoffMs, sleep } from '../backoff.ts';
import { ConfigError } from '../config/read.ts';
import type { Service } from './service.ts';

/** Waiting was given up because the process is being stopped. */
export class StoppedWhileWaiting extends Error {
  override readonly name = 'StoppedWhileWaiting';
}

/**
 * Tries until it works, with backoff, logging why it did not; ends only with the process. A setting that is wrong is not waited for.
 *
 * @throws StoppedWhileWaiting when the shutdown begins
 */
export async function waitFor<T>(service: Pick<Service, 'log' | 'signal'>, name: string, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; !service.signal.aborted; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      const waitMs = Math.max(100, backoffMs(tries, { initialMs: 200, maxMs: 5_000 }));
      service.log.warn({ dependency: name, reason: reasonOf(error), wait_ms: waitMs }, 'waiting for a dependency');
      await sleep(waitMs, service.signal);
    }
  }
  throw new StoppedWhileWaiting(`Stopped while waiting for ${name}.`);
}

/** An error in one line. Connection errors of Node come as an AggregateError whose own message is empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
