import type { Bells } from '@shopverse/mesh/events/bells';
import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import { Bell } from '@shopverse/mesh/events/bell';
import type { Service } from '@shopverse/mesh/lifecycle/service';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import type { Logger } from '@shopverse/mesh/telemetry/logger';

/** A connection besides the pool. */
type Connection = Awaited<ReturnType<Postgres['connect']>>;

const CHANNEL = 'order_news';
/** Ids in one notification: PostgreSQL takes less than 8000 bytes. */
const IDS_A_NOTICE = 200;
/** Changed orders that wait to be told of; beyond it they are left to the watchers' own looks. */
const MOST_WAITING = 10_000;
/** From one notice to the next, in milliseconds: what happens meanwhile goes into one. */
const GATHER_MS = 50;
/** How often the connection is tried while nothing happens, in milliseconds. */
const IDLE_MS = 30_000;

/**
 * Carries the word that something happened to an order to whoever watches it: in this process at once, to other replicas by NOTIFY on a connection of its own.
 * Not in the transactions themselves, where NOTIFY would make their commits queue for one lock. What gets lost on the way, the watchers find by looking.
 */
export class OrderNews {
  readonly #database: Postgres;
  readonly #bells: Bells;
  readonly #log: Logger;
  readonly #waiting = new Set<string>();
  readonly #bell = new Bell();

  constructor(database: Postgres, bells: Bells, log: Logger) {
    this.#database = database;
    this.#bells = bells;
    this.#log = log;
    database.onEvents((events) => {
      // Nobody watches what nobody has been told of yet.
      for (const { aggregatetype, aggregateid, type } of events)
        if (aggregatetype === 'order' && type !== 'shopverse.order.v1.OrderPlaced') this.#tell(aggregateid);
    });
  }

  /** Tells and listens until the signal, whatever becomes of the connection. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => {
      this.#bell.ring();
      this.#bells.ringAll();
    };
    signal.addEventListener('abort', stop, { once: true });
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#session(signal, () => (failures = 0));
      } catch (error) {
        this.#log.warn({ err: error }, 'news of orders does not travel; watchers look by themselves');
        await sleep(Math.max(100, backoffMs(failures, { initialMs: 200, maxMs: 10_000 })), signal);
      }
    }
    signal.removeEventListener('abort', stop);
  }

  async #session(signal: AbortSignal, works: () => void): Promise<void> {
    const client = await this.#database.connect('order news');
    try {
      client.on('notification', ({ payload = '' }) => {
        for (const orderId of payload.split(',')) this.#bells.ring(orderId);
      });
      await client.query(`listen ${CHANNEL}`);
      this.#bells.ringAll();
      works();
      while (!signal.aborted) {
        await this.#bell.wait(IDLE_MS);
        if (!(await sleep(GATHER_MS, signal))) return;
        await this.#notify(client);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #notify(client: Connection): Promise<void> {
    const ids = [...this.#waiting];
    this.#waiting.clear();
    if (ids.length === 0) await client.query('select 1');
    for (let start = 0; start < ids.length; start += IDS_A_NOTICE)
      await client.query('select pg_notify($1, $2)', [CHANNEL, ids.slice(start, start + IDS_A_NOTICE).join(',')]);
  }

  #tell(orderId: string): void {
    this.#bells.ring(orderId);
    if (this.#waiting.size >= MOST_WAITING) return;
    this.#waiting.add(orderId);
    this.#bell.ring();
  }
}

/** Carries news of orders for as long as the service runs. */
export function startOrderNews(service: Pick<Service, 'log' | 'signal' | 'onStop'>, database: Postgres, bells: Bells): void {
  const running = new OrderNews(database, bells, service.log).run(service.signal);
  service.onStop('jobs', 'order news', () => running);
}
