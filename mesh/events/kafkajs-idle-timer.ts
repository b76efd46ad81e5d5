import { createRequire } from 'node:module';

/** The part of kafkajs' queue of requests, one for each connection, that is looked after here. */
export interface RequestQueue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly object[];
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** How long requests wait that are held back by their number alone, in milliseconds; an answer lets them go earlier. As in kafkajs. */
const CHECK_INTERVAL_MS = 10;

/**
 * Keeps connections of kafkajs quiet that have nothing to do. After each answer, 2.2.4 sets a timer for the end of a throttling even when nothing waits and there
 * never was one: the time left is negative, which is a timer of 1 ms, which sets the next, for ever. That is a thousand wake-ups a second for each
 * connection (about 30 ms of CPU a second for each of our services), and it is what Node's TimeoutNegativeWarning is about. Here a timer is set only while requests wait.
 *
 * To be deleted with a kafkajs that does so itself.
 */
export function quietIdleConnections(): void {
  const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue };
  queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS,
    );
  };
}
