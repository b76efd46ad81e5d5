/** Something that breaks an invariant. */
export interface Offender {
  /** Of an order, payment, product or event. */
  readonly id: string;
  /** What is wrong with it, in a sentence. */
  readonly why: string;
}

/** What the auditor says of one invariant. */
export interface Verdict {
  readonly id: string;
  /** What must hold, in a sentence. */
  readonly says: string;
  readonly holds: boolean;
  /** What was looked at. */
  readonly figure: string;
  /** Things that don't fit yet because a step is under way that has its time left. */
  readonly in_flight: number;
  /** The first of those that break it. */
  readonly offenders: readonly Offender[];
  /** How many there are in all. */
  readonly offenders_in_all: number;
}

/** Offenders that are named; the rest is counted. */
const MOST_NAMED = 20;

/** How long a step may take before what it leaves open counts as wrong, and when the audit began. */
export interface Patience {
  /** @default 60000 */
  readonly stepMs: number;
  readonly now: Date;
}

/** Gathers what one look at an invariant brings to light. */
export class Findings {
  readonly #patience: Patience;
  readonly #offenders: Offender[] = [];
  #inAll = 0;
  #inFlight = 0;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** Whether all is as it should be so far, and nothing is under way. */
  get nothing(): boolean {
    return this.#inAll + this.#inFlight === 0;
  }

  /** It is wrong, whatever happens next. */
  wrong(id: string, why: string): void {
    this.#inAll += 1;
    if (this.#offenders.length < MOST_NAMED) this.#offenders.push({ id, why });
  }

  /** It does not fit yet, and nothing is due. */
  underWay(): void {
    this.#inFlight += 1;
  }

  /** A step is missing that was due at `since`: under way for a while, then wrong. */
  missing(id: string, since: Date, why: string): void {
    if (this.#patience.now.getTime() - since.getTime() < this.#patience.stepMs) this.#inFlight += 1;
    else this.wrong(id, why);
  }

  verdict(id: string, says: string, figure: string): Verdict {
    return {
      id,
      says,
      holds: this.#inAll === 0,
      figure,
      in_flight: this.#inFlight,
      offenders: this.#offenders,
      offenders_in_all: this.#inAll,
    };
  }
}
