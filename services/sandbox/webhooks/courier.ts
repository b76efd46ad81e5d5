import { backoffMs } from '@shopverse/mesh/backoff';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { Deliveries, Delivery } from '../store/deliveries.ts';
import { sendWebhook, type Receiver } from './send.ts';

/** How webhooks are delivered. */
export interface CourierOptions extends Receiver {
  /** How long one webhook is tried again, in milliseconds. */
  readonly giveUpMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

/** Webhooks on their way at one time. */
const AT_ONCE = 16;
const FIRST_RETRY_MS = 500;
const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 60_000;

/**
 * Delivers webhooks until somebody takes them: at least once, in no promised order, with exponential backoff, for as long as Razorpay does. What is under way is
 * only marked when it was answered, so a killed process sends it again.
 */
export class Courier {
  readonly #deliveries: Deliveries;
  readonly #options: CourierOptions;
  readonly #underway = new Map<number, Promise<void>>();

  constructor(deliveries: Deliveries, options: CourierOptions) {
    this.#deliveries = deliveries;
    this.#options = options;
  }

  /** Sends what is due at `at`, without waiting for the answers; `done` is called as each comes in. Answers when the next one after `at` is due. */
  dispatch(at: number, done: () => void): number | undefined {
    const due = this.#deliveries.due(at, 2 * AT_ONCE).filter(({ id }) => !this.#underway.has(id));
    for (const delivery of due.slice(0, AT_ONCE - this.#underway.size)) {
      const sent = this.#deliver(delivery).finally(() => {
        this.#underway.delete(delivery.id);
        done();
      });
      this.#underway.set(delivery.id, sent);
    }
    return this.#deliveries.nextDue(at);
  }

  /** Ends when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underway.values());
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { log, now, giveUpMs } = this.#options;
    const fields = { event_id: delivery.event_id, kind: delivery.kind, attempt: delivery.attempts + 1 };
    const error = await sendWebhook(this.#options, delivery);
    if (error === undefined) {
      this.#deliveries.delivered(delivery.id);
      log.info(fields, 'webhook delivered');
      return;
    }
    const waitMs = Math.max(SHORTEST_RETRY_MS, backoffMs(delivery.attempts, { initialMs: FIRST_RETRY_MS, maxMs: LONGEST_RETRY_MS }));
    const dueAt = now() + waitMs;
    const over = dueAt > delivery.created_at + giveUpMs;
    this.#deliveries.refused(delivery.id, error, over ? undefined : dueAt);
    if (over) log.error({ ...fields, reason: error }, 'webhook given up');
    else log.warn({ ...fields, reason: error, wait_ms: waitMs }, 'webhook not taken');
  }
}
