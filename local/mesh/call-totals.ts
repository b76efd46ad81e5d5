/** Calls to one service, of one process. */
export interface CallTotals {
  readonly count: number;
  /** Those that failed by somebody's fault. */
  readonly faults: number;
  /** Calls that took at most so many seconds, by that bound. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** Codes that mean trouble: of a refusal (NOT_FOUND, FAILED_PRECONDITION …) nobody is to blame. */
export const FAULTS: ReadonlyMap<string, number> = new Map([
  ['UNKNOWN', 2],
  ['DEADLINE_EXCEEDED', 4],
  ['RESOURCE_EXHAUSTED', 8],
  ['UNIMPLEMENTED', 12],
  ['INTERNAL', 13],
  ['UNAVAILABLE', 14],
  ['DATA_LOSS', 15],
]);

/** Counts up, by the service that was called. */
export class CallCounter {
  readonly totals = new Map<string, { count: number; faults: number; buckets: Map<number, number> }>();

  calls(service: string, count: number): void {
    this.#of(service).count += count;
  }

  faults(service: string, count: number): void {
    this.#of(service).faults += count;
  }

  /** @param bound in seconds */
  within(service: string, bound: number, count: number): void {
    const { buckets } = this.#of(service);
    buckets.set(bound, (buckets.get(bound) ?? 0) + count);
  }

  #of(service: string): { count: number; faults: number; buckets: Map<number, number> } {
    const known = this.totals.get(service);
    if (known !== undefined) return known;
    const totals = { count: 0, faults: 0, buckets: new Map<number, number>() };
    this.totals.set(service, totals);
    return totals;
  }
}

/** The bound of a bucket that a label names. */
export const boundOf = (label: string | undefined): number => (label === '+Inf' ? Number.POSITIVE_INFINITY : Number(label));
