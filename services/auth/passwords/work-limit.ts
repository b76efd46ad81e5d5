import { Failure } from '@shopverse/mesh/failure';

/** How much of a kind of work may go on and wait in this process. */
export interface WorkLimitOptions {
  /** Pieces of work that run at once. */
  readonly running: number;
  /** Pieces of work that wait for their turn; one more is refused. */
  readonly waiting: number;
}

interface Waiter {
  readonly start: () => void;
}

/** When somebody who was refused may try again, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

/** Keeps work that takes much CPU or memory within bounds: so much at once, so much in the queue, and the rest is told to come back later. */
export class WorkLimit {
  readonly #options: WorkLimitOptions;
  readonly #queue = new Set<Waiter>();
  #running = 0;

  constructor(options: WorkLimitOptions) {
    this.#options = options;
  }

  /**
   * Runs `work` when its turn comes.
   *
   * @param signal ends the waiting; work that runs is not stopped
   * @throws Failure OVERLOADED when too many wait; the signal's reason when it aborts before the turn comes
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running < this.#options.running) {
      this.#running += 1;
      return;
    }
    if (this.#queue.size >= this.#options.waiting) {
      throw new Failure('OVERLOADED', 'Too many passwords are being checked just now; try again in a moment.', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#queue.delete(waiter);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.add(waiter);
    });
  }

  /** Hands the turn to whoever waits longest. */
  #next(): void {
    const [waiter] = this.#queue;
    if (waiter === undefined) {
      this.#running -= 1;
      return;
    }
    this.#queue.delete(waiter);
    waiter.start();
  }
}
