import type { ErrorReason } from '@shopverse/contracts/error-reasons';
import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { sleep } from '../backoff.ts';
import { fromDuration } from '../discovery/duration.ts';
import { failure } from '../failure.ts';

/** The reason of a refusal on purpose, by the gRPC code that is wanted. */
const REASONS: Readonly<Record<string, ErrorReason>> = {
  UNAVAILABLE: 'DEPENDENCY_UNAVAILABLE',
  RESOURCE_EXHAUSTED: 'OVERLOADED',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
  INTERNAL: 'INTERNAL',
  ABORTED: 'CONCURRENT_CHANGE',
};

/** Makes trouble on purpose (game days, tests): a share of the calls of a method is late, or refused before any work. Off until it is told otherwise. */
export class FaultInjector {
  readonly #random: () => number;
  #faults: readonly Fault[] = [];

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** From now on these, and no others. */
  set(faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  /** Whether a call can meet any. */
  get armed(): boolean {
    return this.#faults.length > 0;
  }

  /**
   * Does to a call what is wanted. `path` is `/shopverse.product.v1.ProductService/GetProduct`; `signal` ends a delay.
   *
   * @throws Failure for a call that is refused
   */
  async meet(path: string, signal: AbortSignal): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const { method, delay, abort, percent, until } of this.#faults) {
      if (method !== '*' && method !== name) continue;
      if (until !== undefined && until.getTime() <= Date.now()) continue;
      if (this.#random() * 100 >= percent) continue;
      if (delay !== undefined) await sleep(fromDuration(delay), signal);
      const reason = REASONS[abort];
      if (reason !== undefined) throw failure(reason, 'Refused on purpose, by a fault that is set for this method.');
    }
  }
}
