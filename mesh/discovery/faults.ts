import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { toDuration } from './duration.ts';
import type { Policy } from './policy/policy.ts';

/** Trouble on purpose: what policy files say, and what operators set for a while. */
export class Faults {
  readonly #policyOf: (service: string) => Policy;
  readonly #clock: () => number;
  readonly #set = new Map<string, readonly Fault[]>();
  #changed = Promise.withResolvers<void>();

  constructor(policyOf: (service: string) => Policy, clock: () => number = Date.now) {
    this.#policyOf = policyOf;
    this.#clock = clock;
  }

  /** What is in force for a service. */
  of(service: string): Fault[] {
    const now = this.#clock();
    const written = this.#policyOf(service).faults.map(({ method, delay, abort, percent }): Fault => ({
      method,
      delay: delay === undefined ? undefined : toDuration(delay),
      abort: abort ?? '',
      percent,
      until: undefined,
    }));
    return [...written, ...(this.#set.get(service) ?? []).filter(({ until }) => until !== undefined && until.getTime() > now)];
  }

  /** Sets what an operator wants, in place of what was set before; each fault ends by itself. */
  set(service: string, faults: readonly Fault[]): void {
    this.#set.set(service, faults);
    this.changed();
    for (const { until } of faults) setTimeout(() => this.changed(), Math.max(0, (until?.getTime() ?? 0) - this.#clock()) + 1).unref();
  }

  /** Something may be in force that was not, or the other way round. */
  changed(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Resolves at the next change. */
  get nextChange(): Promise<void> {
    return this.#changed.promise;
  }
}
