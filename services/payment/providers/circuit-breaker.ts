/** Where a circuit stands: requests flow, one is let through to see, or none is. */
export type CircuitState = 'closed' | 'half-open' | 'open';

/** When a circuit opens and closes. */
export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one request is let through, in milliseconds; up to half as much again by chance, so that replicas don't ask in step. */
  readonly openMs: number;
  /** Milliseconds of a clock that only goes forward. @default performance.now */
  readonly now?: () => number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** What came of a request: an answer, whatever it said; nothing, because the other side is away; or nothing that says anything about the other side. */
export type CircuitResult = 'answered' | 'away' | 'unclear';

/**
 * Spares one who is away, and those who would wait for it: after some failures in a row nothing is asked for a while, then one request is let through, and what comes of
 * it decides.
 */
export class CircuitBreaker {
  readonly #options: Required<CircuitOptions>;
  #failures = 0;
  /** When one request may go through; undefined while closed. */
  #opensAt: number | undefined;
  #probing = false;

  constructor({ failures, openMs, now = () => performance.now(), random = Math.random }: CircuitOptions) {
    this.#options = { failures, openMs, now, random };
  }

  get state(): CircuitState {
    if (this.#opensAt === undefined) return 'closed';
    return this.#options.now() < this.#opensAt ? 'open' : 'half-open';
  }

  /** How long nothing will be let through, in milliseconds. */
  get waitMs(): number {
    return this.#opensAt === undefined ? 0 : Math.max(0, Math.ceil(this.#opensAt - this.#options.now()));
  }

  /** Lets a request through and answers how to report what came of it; undefined when it must not be made. */
  enter(): ((result: CircuitResult) => void) | undefined {
    const { state } = this;
    if (state === 'closed') return (result) => this.#done(result, false);
    if (state === 'open' || this.#probing) return undefined;
    this.#probing = true;
    return (result) => this.#done(result, true);
  }

  #done(result: CircuitResult, probe: boolean): void {
    if (probe) this.#probing = false;
    if (result === 'answered') {
      this.#failures = 0;
      this.#opensAt = undefined;
    } else if (result === 'away') {
      this.#failures += 1;
      if (probe || this.#failures >= this.#options.failures) this.#open();
    }
  }

  #open(): void {
    const { openMs, now, random } = this.#options;
    this.#opensAt = now() + openMs * (1 + random() / 2);
  }
}
