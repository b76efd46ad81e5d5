import type { DatabaseSync } from 'node:sqlite';

/** Money on its way back. */
export interface SandboxRefund {
  readonly id: string;
  readonly payment_id: string;
  /** Minor units. */
  readonly amount: number;
  readonly status: 'pending' | 'processed' | 'failed';
  readonly receipt: string | null;
  /** JSON. */
  readonly notes: string;
  /** The merchant's idempotency key; null when there was none. */
  readonly key: string | null;
  /** When it ends, in milliseconds since the epoch. */
  readonly settle_at: number;
  readonly created_at: number;
}

/** The refunds table. */
export class Refunds {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add(refund: SandboxRefund): void {
    this.#database
      .prepare('INSERT INTO refunds VALUES (:id, :payment_id, :amount, :status, :receipt, :notes, :key, :settle_at, :created_at)')
      .run({ ...refund });
  }

  get(id: string): SandboxRefund | undefined {
    return this.#database.prepare('SELECT * FROM refunds WHERE id = ?').get(id) as SandboxRefund | undefined;
  }

  /** The refund that was asked for with this idempotency key. */
  withKey(key: string): SandboxRefund | undefined {
    return this.#database.prepare('SELECT * FROM refunds WHERE key = ?').get(key) as SandboxRefund | undefined;
  }

  /** Newest first. */
  ofPayment(paymentId: string, limit: number, skip: number): SandboxRefund[] {
    return this.#database
      .prepare('SELECT * FROM refunds WHERE payment_id = ? ORDER BY rowid DESC LIMIT ? OFFSET ?')
      .all(paymentId, limit, skip) as unknown as SandboxRefund[];
  }

  /** What of a payment has gone back or is on its way, and what of that has gone. */
  sums(paymentId: string): { taken: number; refunded: number } {
    return this.#database
      .prepare(
        `SELECT coalesce(sum(amount) FILTER (WHERE status <> 'failed'), 0) AS taken,
         coalesce(sum(amount) FILTER (WHERE status = 'processed'), 0) AS refunded FROM refunds WHERE payment_id = ?`,
      )
      .get(paymentId) as { taken: number; refunded: number };
  }

  /** Refunds whose time to end has come, oldest first. */
  due(now: number, limit: number): SandboxRefund[] {
    return this.#database
      .prepare("SELECT * FROM refunds WHERE status = 'pending' AND settle_at <= ? ORDER BY settle_at LIMIT ?")
      .all(now, limit) as unknown as SandboxRefund[];
  }

  /** When the next refund ends; undefined when none waits. */
  nextDue(): number | undefined {
    const row = this.#database.prepare("SELECT min(settle_at) AS at FROM refunds WHERE status = 'pending'").get() as { at: number | null };
    return row.at ?? undefined;
  }

  end(id: string, status: 'processed' | 'failed'): void {
    this.#database.prepare('UPDATE refunds SET status = ? WHERE id = ?').run(status, id);
  }
}
