import type { DatabaseSync } from 'node:sqlite';

/** One try to pay an order. */
export interface SandboxPayment {
  readonly id: string;
  readonly order_id: string;
  readonly status: 'created' | 'captured' | 'failed';
  readonly method: string;
  /** What the payer decided; what comes of it is `status`. */
  readonly outcome: 'success' | 'failure';
  readonly error_reason: string | null;
  /** When it ends, in milliseconds since the epoch. */
  readonly settle_at: number;
  readonly created_at: number;
}

/** The payments table. */
export class Payments {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add(payment: SandboxPayment): void {
    this.#database
      .prepare('INSERT INTO payments VALUES (:id, :order_id, :status, :method, :outcome, :error_reason, :settle_at, :created_at)')
      .run({ ...payment });
  }

  get(id: string): SandboxPayment | undefined {
    return this.#database.prepare('SELECT * FROM payments WHERE id = ?').get(id) as SandboxPayment | undefined;
  }

  ofOrder(orderId: string): SandboxPayment[] {
    return this.#database
      .prepare('SELECT * FROM payments WHERE order_id = ? ORDER BY rowid DESC')
      .all(orderId) as unknown as SandboxPayment[];
  }

  /** Payments whose time to end has come, oldest first. */
  due(now: number, limit: number): SandboxPayment[] {
    return this.#database
      .prepare("SELECT * FROM payments WHERE status = 'created' AND settle_at <= ? ORDER BY settle_at LIMIT ?")
      .all(now, limit) as unknown as SandboxPayment[];
  }

  /** When the next payment ends; undefined when none waits. */
  nextDue(): number | undefined {
    const row = this.#database.prepare("SELECT min(settle_at) AS at FROM payments WHERE status = 'created'").get() as { at: number | null };
    return row.at ?? undefined;
  }

  end(id: string, status: 'captured' | 'failed', errorReason: string | null): void {
    this.#database.prepare('UPDATE payments SET status = ?, error_reason = ? WHERE id = ?').run(status, errorReason, id);
  }
}
