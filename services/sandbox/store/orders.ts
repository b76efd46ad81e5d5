import type { DatabaseSync } from 'node:sqlite';

/** An order of the account, waiting to be paid. */
export interface SandboxOrder {
  readonly id: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly receipt: string | null;
  readonly status: 'created' | 'attempted' | 'paid';
  readonly attempts: number;
  /** JSON. */
  readonly notes: string;
  /** The trace in which it was made (W3C), so that its webhooks belong to it. */
  readonly traceparent: string | null;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
}

/** The orders table. */
export class Orders {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add(order: SandboxOrder): void {
    this.#database
      .prepare('INSERT INTO orders VALUES (:id, :amount, :currency, :receipt, :status, :attempts, :notes, :traceparent, :created_at)')
      .run({ ...order });
  }

  get(id: string): SandboxOrder | undefined {
    return this.#database.prepare('SELECT * FROM orders WHERE id = ?').get(id) as SandboxOrder | undefined;
  }

  /** The first order with this receipt. */
  withReceipt(receipt: string): SandboxOrder | undefined {
    return this.#database.prepare('SELECT * FROM orders WHERE receipt = ? ORDER BY rowid LIMIT 1').get(receipt) as SandboxOrder | undefined;
  }

  /** Orders, newest first. */
  list({ receipt, count, skip }: { receipt: string | undefined; count: number; skip: number }): SandboxOrder[] {
    return this.#database
      .prepare('SELECT * FROM orders WHERE :receipt IS NULL OR receipt = :receipt ORDER BY rowid DESC LIMIT :count OFFSET :skip')
      .all({ receipt: receipt ?? null, count, skip }) as unknown as SandboxOrder[];
  }

  setStatus(id: string, status: SandboxOrder['status']): void {
    this.#database.prepare('UPDATE orders SET status = ? WHERE id = ?').run(status, id);
  }

  countAttempt(id: string): void {
    this.#database.prepare('UPDATE orders SET attempts = attempts + 1 WHERE id = ?').run(id);
  }
}
