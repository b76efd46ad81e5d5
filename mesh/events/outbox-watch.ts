import { metrics, type Attributes } from '@opentelemetry/api';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { Logger } from '../telemetry/logger.ts';

/** How often the backlog is looked at, in milliseconds. */
const INTERVAL_MS = 5_000;
/** An event that waits longer than this is an alarm, in milliseconds. */
const ALARM_AGE_MS = 30_000;
/** Counting stops here: beyond it only the age matters. */
const COUNT_LIMIT = 100_000;

const BACKLOG = sql<{ size: string; age_ms: number | null }>`
  select (select count(*) from (select from outbox limit ${sql.lit(COUNT_LIMIT)}) as counted) as size,
         (select extract(epoch from clock_timestamp() - created_at)::float8 * 1000 from outbox order by position limit 1) as age_ms`;

const meter = metrics.getMeter('@shopverse/mesh');
const size = meter.createObservableGauge('shopverse.outbox.backlog', {
  description: `Events that wait to be published, counted up to ${COUNT_LIMIT}`,
  unit: '{event}',
});
const age = meter.createObservableGauge('shopverse.outbox.age', { description: 'How long the oldest of them has waited', unit: 's' });

/** Watches a database's outbox while its relay leads: as metrics, and as an error in the log when events wait too long. */
export class OutboxWatch {
  readonly #sql: QueryExecutorProvider;
  readonly #log: Logger;
  #latest: { readonly size: number; readonly ageMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: { readonly sql: QueryExecutorProvider }, log: Logger, attributes: Attributes) {
    this.#sql = database.sql;
    this.#log = log;
    size.addCallback((result) => this.#latest && result.observe(this.#latest.size, attributes));
    age.addCallback((result) => this.#latest && result.observe(this.#latest.ageMs / 1000, attributes));
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#look(), INTERVAL_MS).unref();
  }

  /** Another relay leads now, or none of this process: what was seen last says nothing any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#latest = undefined;
  }

  async #look(): Promise<void> {
    try {
      const [row] = (await BACKLOG.execute(this.#sql)).rows;
      this.#latest = { size: Number(row?.size ?? 0), ageMs: row?.age_ms ?? 0 };
      if (this.#latest.ageMs > ALARM_AGE_MS) {
        this.#log.error({ backlog: this.#latest.size, age_ms: Math.round(this.#latest.ageMs) }, 'events wait too long in the outbox');
      }
    } catch (error) {
      this.#log.debug({ err: error }, 'the outbox could not be looked at');
    }
  }
}
