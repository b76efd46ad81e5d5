import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How many calls a server lets in. */
export interface AdmissionOptions {
  /** Most calls handled at the same time. */
  readonly max: number;
  /** How long, in milliseconds, work has waited for the processor lately. @default the event loop's delay since it was asked last */
  readonly delayMs?: () => number;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** However late it is, a server takes this many calls at once: so few are no burst, and end within their deadlines even when each takes long. */
const MIN = 64;
/** Work that waits this long, in milliseconds, means that more calls would only make all of them later. */
const TOO_LATE_MS = 100;
/** How often the limit is reconsidered, in milliseconds. */
const INTERVAL_MS = 100;

/**
 * Lets calls in up to a limit that follows what the process can do: it shrinks by a tenth for each interval in which the event loop was late, and grows by one for
 * each in which it was not while calls stood at the limit (additive increase, multiplicative decrease, as TCP). So in a burst the calls that are let in
 * keep their latency, and the others are told at once, before any work, instead of all being late.
 */
export class Admission {
  readonly #max: number;
  readonly #delayMs: () => number;
  readonly #now: () => number;
  #limit: number;
  #running = 0;
  #wasFull = false;
  #considerAt: number;

  constructor({ max, delayMs = eventLoopDelayMs(), now = () => performance.now() }: AdmissionOptions) {
    this.#max = max;
    this.#limit = max;
    this.#delayMs = delayMs;
    this.#now = now;
    this.#considerAt = now() + INTERVAL_MS;
  }

  /** Calls that are let in at the same time, as things are. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Calls that are being handled. */
  get running(): number {
    return this.#running;
  }

  /** Lets a call in, or not. Who was let in must `leave`. */
  tryEnter(): boolean {
    this.#consider();
    if (this.#running >= this.limit) {
      this.#wasFull = true;
      return false;
    }
    this.#running += 1;
    return true;
  }

  leave(): void {
    this.#running -= 1;
  }

  #consider(): void {
    const now = this.#now();
    if (now < this.#considerAt) return;
    this.#considerAt = now + INTERVAL_MS;
    if (this.#delayMs() > TOO_LATE_MS) this.#limit = Math.max(Math.min(MIN, this.#max), Math.min(this.#limit, this.#running + 1) * 0.9);
    else if (this.#wasFull) this.#limit = Math.min(this.#max, this.#limit + 1);
    this.#wasFull = false;
  }
}

/** Resolution of the measurement, in milliseconds; what is measured contains it. */
const RESOLUTION_MS = 10;
let loop: ReturnType<typeof monitorEventLoopDelay> | undefined;

/** The median delay of the event loop since it was asked last, in milliseconds. One measurement serves all servers of the process. */
function eventLoopDelayMs(): () => number {
  if (loop === undefined) {
    loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    loop.enable();
  }
  const histogram = loop;
  return () => {
    const delay = histogram.count === 0 ? 0 : histogram.percentile(50) / 1e6 - RESOLUTION_MS;
    histogram.reset();
    return delay;
  };
}
