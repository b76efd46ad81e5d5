import type { DatabaseSync } from 'node:sqlite';

/** One webhook on its way. */
export interface Delivery {
  readonly id: number;
  readonly event_id: string;
  readonly kind: string;
  /** The signed bytes, the same at every try. */
  readonly body: string;
  readonly traceparent: string | null;
  /** `lost`: a knob let it fall; `given_up`: nobody took it. */
  readonly state: 'pending' | 'delivered' | 'lost' | 'given_up';
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly due_at: number;
  readonly last_error: string | null;
  readonly created_at: number;
}

/** The deliveries table. */
export class Deliveries {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add(delivery: Pick<Delivery, 'event_id' | 'kind' | 'body' | 'traceparent' | 'state' | 'due_at' | 'created_at'>): void {
    this.#database
      .prepare(
        `INSERT INTO deliveries (event_id, kind, body, traceparent, state, attempts, due_at, created_at)
         VALUES (:event_id, :kind, :body, :traceparent, :state, 0, :due_at, :created_at)`,
      )
      .run({ ...delivery });
  }

  /** Webhooks whose time has come, longest waiting first. */
  due(now: number, limit: number): Delivery[] {
    return this.#database
      .prepare("SELECT * FROM deliveries WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT ?")
      .all(now, limit) as unknown as Delivery[];
  }

  /** When the next webhook after `now` is due; undefined when none waits. */
  nextDue(now: number): number | undefined {
    const row = this.#database.prepare("SELECT min(due_at) AS at FROM deliveries WHERE state = 'pending' AND due_at > ?").get(now) as {
      at: number | null;
    };
    return row.at ?? undefined;
  }

  delivered(id: number): void {
    this.#database.prepare("UPDATE deliveries SET state = 'delivered', attempts = attempts + 1 WHERE id = ?").run(id);
  }

  /** Not taken: tried again at `dueAt`, or never when that is undefined. */
  refused(id: number, error: string, dueAt: number | undefined): void {
    this.#database
      .prepare(
        `UPDATE deliveries SET attempts = attempts + 1, last_error = :error, due_at = coalesce(:dueAt, due_at),
         state = CASE WHEN :dueAt IS NULL THEN 'given_up' ELSE 'pending' END WHERE id = :id`,
      )
      .run({ id, error, dueAt: dueAt ?? null });
  }

  /** Forgets what was settled before `before`, in milliseconds since the epoch. */
  forget(before: number): void {
    this.#database.prepare("DELETE FROM deliveries WHERE state <> 'pending' AND created_at < ?").run(before);
  }

  /** The latest webhooks without their bodies, for who looks what happened. */
  latest(limit: number): Omit<Delivery, 'body'>[] {
    return this.#database
      .prepare(
        'SELECT id, event_id, kind, traceparent, state, attempts, due_at, last_error, created_at FROM deliveries ORDER BY id DESC LIMIT ?',
      )
      .all(limit) as unknown as Delivery[];
  }
}
