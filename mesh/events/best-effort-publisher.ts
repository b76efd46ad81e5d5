import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@opentelemetry/api';
import type { EventType } from '@shopverse/contracts/event-types';
import { backoffMs, sleep } from '../backoff.ts';
import { newId } from '../ids.ts';
import { Bell } from './bell.ts';
import { toMessage } from './cloud-event.ts';
import { ensureTopics, kafkaOf, type EventHost } from './host.ts';
import type { MessageProducer, OutgoingMessage } from './kafka.ts';
import { currentTraceparent } from './trace.ts';

/** Publishes what may get lost. */
export interface BestEffortPublisher {
  /** Takes the event along when it can. Never throws, never waits. */
  publish<Name extends string, Message>(type: EventType<Name, Message>, message: Message): void;
}

/** How much waits, and for how long. */
export interface BestEffortOptions {
  /** Most events that wait; beyond it the oldest is dropped. @default 1000 */
  readonly queue?: number;
  /** How long an event waits for company, in milliseconds. @default 100 */
  readonly lingerMs?: number;
}

/** How long what waits may still take when the process is being stopped, in milliseconds. */
const FLUSH_MS = 1_000;

const dropped = metrics.getMeter('@shopverse/mesh').createCounter('shopverse.best_effort.dropped', {
  description: 'Best-effort events that were dropped',
  unit: '{message}',
});

/**
 * Publishes events that are no part of a command, such as that a product was looked at, straight to Kafka and without a promise: when Kafka is
 * away they wait in a short queue, whose oldest are dropped. Whatever must not get lost goes through `tx.publish`.
 */
export function bestEffortPublisher(host: EventHost, options: BestEffortOptions = {}): BestEffortPublisher {
  const publisher = new Publisher(host, options);
  const running = publisher.run();
  host.onStop('relay', 'best-effort publisher', async () => {
    publisher.stop();
    await Promise.race([running, delay(FLUSH_MS, undefined, { ref: false })]);
  });
  return publisher;
}

class Publisher implements BestEffortPublisher {
  readonly #host: EventHost;
  readonly #most: number;
  readonly #lingerMs: number;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #queue: OutgoingMessage[] = [];
  #producer: MessageProducer | undefined;

  constructor(host: EventHost, { queue = 1_000, lingerMs = 100 }: BestEffortOptions) {
    this.#host = host;
    this.#most = queue;
    this.#lingerMs = lingerMs;
  }

  publish<Name extends string, Message>(type: EventType<Name, Message>, message: Message): void {
    try {
      const event = { id: newId(), source: `/shopverse/${this.#host.name}`, type: type.type, subject: type.key(message), time: new Date() };
      const payload = Buffer.from(type.codec.encode(message).finish());
      this.#queue.push(toMessage(event, { topic: type.topic, payload, traceparent: currentTraceparent() }));
      this.#trim();
      this.#bell.ring();
    } catch (error) {
      this.#drop(1);
      this.#host.log.error({ type: type.type, err: error }, 'event could not be encoded');
    }
  }

  stop(): void {
    this.#stop.abort();
    this.#bell.ring();
  }

  async run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted || this.#queue.length > 0;) {
      if (this.#queue.length === 0) await this.#bell.wait(60_000);
      await sleep(this.#lingerMs, this.#stop.signal);
      const batch = this.#queue.splice(0);
      if (batch.length === 0) continue;
      try {
        this.#producer ??= await this.#openProducer(batch);
        await this.#producer.send(batch);
        failures = 0;
      } catch (error) {
        this.#queue.unshift(...batch);
        this.#trim();
        this.#host.log.debug({ reason: String(error), events: this.#queue.length }, 'best-effort events wait');
        await this.#closeProducer();
        if (!(await sleep(Math.max(100, backoffMs(failures, { initialMs: 200, maxMs: 5_000 })), this.#stop.signal))) break;
        failures += 1;
      }
    }
    this.#drop(this.#queue.length);
    await this.#closeProducer();
  }

  #trim(): void {
    this.#drop(this.#queue.splice(0, this.#queue.length - this.#most).length);
  }

  #drop(events: number): void {
    if (events > 0) dropped.add(events);
  }

  async #openProducer(batch: readonly OutgoingMessage[]): Promise<MessageProducer> {
    await ensureTopics(this.#host, { more: batch.map(({ topic }) => topic) });
    return kafkaOf(this.#host).openProducer();
  }

  async #closeProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }
}
