import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@opentelemetry/api';
import type { QueryExecutorProvider } from 'kysely';
import { backoffMs, sleep } from '../backoff.ts';
import type { Postgres } from '../store/postgres.ts';
import { Bell } from './bell.ts';
import { toMessage } from './cloud-event.ts';
import { ensureTopics, kafkaOf, type EventHost } from './host.ts';
import type { MessageProducer } from './kafka.ts';
import { OutboxSession, type OutboxEntry } from './outbox-session.ts';
import { OutboxWatch } from './outbox-watch.ts';
import { beginMessageSpan } from './trace.ts';

/** How often the leader looks without being woken, and the others ask for the lead, in milliseconds. */
const POLL_MS = 1_000;
/** The others wake the leader at most this often, in milliseconds: one NOTIFY stands for all commits since the last. */
const NOTIFY_GAP_MS = 5;
/** How long the relay goes on publishing what is there when the process is being stopped, in milliseconds. */
const FLUSH_MS = 3_000;

const sent = metrics.getMeter('@shopverse/mesh').createCounter('messaging.client.sent.messages', {
  description: 'Events published from the outbox',
  unit: '{message}',
});

/** The part of a service's database that the relay needs, whatever its tables. */
interface RelayDatabase extends Pick<Postgres, 'connect' | 'onEvents'> {
  readonly sql: QueryExecutorProvider;
}

/**
 * Publishes a service's outbox to Kafka for as long as the process lives; each event at least once, those of one aggregate in the order in which
 * they were written.
 *
 * Any number of replicas may run it. One leads, by an advisory lock of the database, and the next takes over within a second of its end.
 * Sharing the rows out instead (FOR UPDATE SKIP LOCKED) would let one relay publish an aggregate's second event while another still holds its
 * first; sharing the aggregates out would keep the order but gain nothing, as one relay publishes faster than one PostgreSQL commits. Even two
 * leaders at once, the old one cut off from the database in the middle of a batch, do no harm: each publishes in order, beginning with the first
 * event that nobody has acknowledged, so that what arrives for the first time arrives in order, and consumers ignore what they know.
 *
 * The leader is woken by the commits of its own process directly and by those of others by NOTIFY, sent after the commit: within it, NOTIFY
 * takes a lock of the whole server, and all commits would queue for it.
 */
export function startRelay(host: EventHost, database: RelayDatabase): void {
  const relay = new Relay(host, database);
  const running = relay.run();
  host.onStop('relay', 'outbox relay', async () => {
    relay.stop();
    await Promise.race([running, delay(FLUSH_MS + 1_000, undefined, { ref: false })]);
  });
}

class Relay {
  readonly #host: EventHost;
  readonly #database: Pick<RelayDatabase, 'connect'>;
  readonly #watch: OutboxWatch;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #flushUntil = Infinity;
  /** Whether this process committed events that the leader may not know of. */
  #news = false;
  #producer: MessageProducer | undefined;

  constructor(host: EventHost, database: RelayDatabase) {
    this.#host = host;
    this.#database = database;
    this.#watch = new OutboxWatch(database, host.log, { service: host.name });
    database.onEvents(() => {
      this.#news = true;
      this.#bell.ring();
    });
  }

  stop(): void {
    this.#flushUntil = performance.now() + FLUSH_MS;
    this.#stop.abort();
    this.#bell.ring();
  }

  async run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; failures += 1) {
      let session: OutboxSession | undefined;
      try {
        session = new OutboxSession(await this.#database.connect(`${this.#host.name} relay`));
        if (await this.#becomeLeader(session)) {
          failures = 0;
          await this.#lead(session);
        }
      } catch (error) {
        this.#host.log.warn({ reason: String(error) }, 'the outbox relay starts anew');
        await sleep(backoffMs(failures, { initialMs: 200, maxMs: 5_000 }), this.#stop.signal);
      } finally {
        this.#watch.stop();
        await session?.close().catch(() => undefined);
      }
    }
    await this.#closeProducer();
  }

  /** Waits for the lead, and meanwhile wakes whoever has it. Answers false when the process is stopped first. */
  async #becomeLeader(session: OutboxSession): Promise<boolean> {
    while (!this.#stop.signal.aborted) {
      if (await session.tryLead()) return true;
      const askAgainAt = performance.now() + POLL_MS * (0.5 + Math.random() / 2);
      while (!this.#stop.signal.aborted && performance.now() < askAgainAt) {
        await this.#bell.wait(askAgainAt - performance.now());
        if (this.#news) {
          this.#news = false;
          await session.notify();
          await sleep(NOTIFY_GAP_MS);
        }
      }
    }
    return false;
  }

  async #lead(session: OutboxSession): Promise<void> {
    this.#host.log.info('this process publishes the outbox');
    this.#watch.start();
    await session.listen(() => this.#bell.ring());
    let published: readonly OutboxEntry[] = [];
    while (performance.now() < this.#flushUntil) {
      // Whoever rang before this look has committed before it.
      this.#bell.silence();
      const entries = await session.next(published);
      published = entries;
      if (entries.length > 0) await this.#publish(entries);
      else if (this.#stop.signal.aborted) return;
      else await this.#bell.wait(POLL_MS);
    }
    await session.next(published);
  }

  /** Sends the events, for as long as it takes. Only the shutdown ends it; the events are still in the outbox then. */
  async #publish(entries: readonly OutboxEntry[]): Promise<void> {
    const spans = entries.map(({ id, topic, traceparent }) =>
      beginMessageSpan('send', { topic, messageId: id, parent: traceparent ?? undefined }),
    );
    const messages = entries.map(({ id, type, topic, aggregateid, payload, created_at }, index) =>
      toMessage(
        { id, source: `/shopverse/${this.#host.name}`, type, subject: aggregateid, time: created_at },
        { topic, payload, traceparent: spans[index]?.traceparent },
      ),
    );
    for (let tries = 0; ; tries += 1) {
      try {
        this.#producer ??= await this.#openProducer(new Set(entries.map(({ topic }) => topic)));
        await this.#producer.send(messages);
        for (const span of spans) span.end();
        for (const { topic } of entries) sent.add(1, { 'messaging.system': 'kafka', 'messaging.destination.name': topic });
        return;
      } catch (error) {
        await this.#closeProducer();
        const waitMs = Math.max(100, backoffMs(tries, { initialMs: 200, maxMs: 5_000 }));
        this.#host.log.warn(
          { reason: String(error), wait_ms: waitMs, events: entries.length },
          'Kafka takes no events; they wait in the outbox',
        );
        if (await sleep(waitMs, this.#stop.signal)) continue;
        for (const span of spans) span.end(error);
        throw error;
      }
    }
  }

  async #openProducer(topics: ReadonlySet<string>): Promise<MessageProducer> {
    await ensureTopics(this.#host, { more: [...topics] });
    return kafkaOf(this.#host).openProducer();
  }

  async #closeProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }
}
