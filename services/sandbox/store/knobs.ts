import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const chance = z.number().min(0).max(1).default(0);
const delay = z.int().min(0).max(3_600_000).default(0);

/** What can be made to go wrong, each a chance from 0 to 1 or a delay in milliseconds. */
export const knobs = z.strictObject({
  /** A request to /v1 answers 503. */
  refuse_requests: chance,
  /** A payment fails, whatever the payer wanted. */
  refuse_payments: chance,
  /** A paid order takes another payment, as when a bank authorises an earlier try late. */
  capture_twice: chance,
  /** A refund fails once it was taken on. */
  refuse_refunds: chance,
  /** A refund takes this long. */
  delay_refunds_ms: delay,
  /** A webhook is never sent. */
  lose_webhooks: chance,
  /** A webhook is sent twice. */
  double_webhooks: chance,
  /** A webhook is held back by `reorder_ms`, so that later ones overtake it. */
  reorder_webhooks: chance,
  reorder_ms: delay.default(2_000),
  /** Every webhook waits this long. */
  delay_webhooks_ms: delay,
});
/** See `knobs`. */
export type Knobs = z.output<typeof knobs>;

/** The knobs as they are set; they outlive the process. */
export class KnobStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(): Knobs {
    const row = this.#database.prepare('SELECT value FROM knobs').get() as { value: string } | undefined;
    return knobs.parse(row === undefined ? {} : JSON.parse(row.value));
  }

  set(value: Knobs): void {
    this.#database
      .prepare('INSERT INTO knobs VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value')
      .run(JSON.stringify(value));
  }
}
