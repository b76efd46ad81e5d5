import { context } from '@opentelemetry/api';
import { backoffMs } from '../backoff.ts';
import { fromMessage } from './cloud-event.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { DeadLetters, isFor, type DeadLetterReason } from './dead-letter.ts';
import type { EventHandler, ReceivedEvent } from './handler.ts';
import type { EventHost } from './host.ts';
import { keepConsuming } from './keep-consuming.ts';
import type { IncomingMessage, MessageBatch } from './kafka.ts';
import { TimeLimits } from './time-limits.ts';
import { Tries } from './tries.ts';
import { beginMessageSpan } from './trace.ts';
import { kindOf } from './trouble.ts';

/** A consumer group and what it does. */
export interface ConsumeOptions {
  /** Name of the group: the service's, or the service's and the purpose. */
  readonly group: string;
  /** One for each type of event; the topics are theirs. */
  readonly handlers: readonly EventHandler[];
  /** Partitions handled at the same time; within one, event after event. @default 8 */
  readonly concurrency?: number;
  /** How often an event is tried that fails for a cause nobody foresaw. @default 5 */
  readonly maxTries?: number;
  /** Longest time for one event, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

/** While the process is being stopped, an event that is being handled may take so long, in milliseconds. */
const GRACE_MS = 3_000;
const HEARTBEAT_MS = 2_000;
const BACKOFF = { initialMs: 200, maxMs: 10_000 };

/**
 * Handles events as a member of a consumer group until the shutdown. An event is done when its handler is, and only then is its offset committed;
 * after a crash it comes again.
 *
 * When a store or a peer is away, the event's partition is left alone for a while, again and again for as long as it lasts; other partitions go
 * on. What can't be handled goes to `<group>.dlq`. Resolves at once; Kafka is waited for in the background.
 *
 * @throws Error when two handlers are for the same type of event
 */
export async function consume(host: EventHost, options: ConsumeOptions): Promise<void> {
  const worker = new EventWorker(host, options);
  keepConsuming(
    host,
    {
      group: options.group,
      topics: [...new Set(options.handlers.map(({ topic }) => topic))],
      concurrency: options.concurrency ?? 8,
      handle: (batch) => worker.handle(batch),
      onAssigned: () => worker.reassigned(),
    },
    () => worker.close(),
  );
  host.signal.addEventListener('abort', () => worker.hurry(), { once: true });
}

class EventWorker {
  readonly #host: EventHost;
  readonly #options: ConsumeOptions;
  readonly #handlers: ReadonlyMap<string, EventHandler>;
  readonly #deadLetters: DeadLetters;
  readonly #metrics: ConsumerMetrics;
  readonly #tries = new Tries();
  readonly #limits = new TimeLimits();

  constructor(host: EventHost, options: ConsumeOptions) {
    const { group, handlers } = options;
    this.#host = host;
    this.#options = options;
    this.#handlers = new Map(handlers.map((handler) => [handler.type, handler]));
    if (this.#handlers.size < handlers.length) throw new Error(`The group ${group} has two handlers for the same type of event.`);
    this.#deadLetters = new DeadLetters(host, group);
    this.#metrics = new ConsumerMetrics(group);
  }

  async handle(batch: MessageBatch): Promise<void> {
    // A slow handler must not cost the membership; that it was lost shows at the next `done`.
    const alive = setInterval(() => void batch.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      for (const message of batch.messages) {
        if (!batch.active()) return;
        this.#metrics.reached(batch, BigInt(message.offset));
        const againInMs = await this.#take(message);
        if (againInMs !== undefined) return batch.pause(againInMs);
        this.#metrics.reached(batch, BigInt(message.offset) + 1n);
        await batch.done(message);
      }
    } finally {
      clearInterval(alive);
    }
  }

  reassigned(): void {
    this.#tries.forget();
    this.#metrics.reassigned();
  }

  /** The process is being stopped: what is being handled has a moment left. */
  hurry(): void {
    this.#limits.endIn(GRACE_MS);
  }

  close(): Promise<void> {
    return this.#deadLetters.close();
  }

  /** Does all there is to do about a message. Answers in how many milliseconds it must be tried again; undefined when it is done. */
  async #take(message: IncomingMessage): Promise<number | undefined> {
    const event = fromMessage(message);
    if (event === undefined || message.value === null)
      return this.#bury(message, 'undecodable', new Error('The message is no CloudEvent.'));
    const handler = isFor(message, this.#options.group) ? this.#handlers.get(event.type) : undefined;
    if (handler === undefined) {
      this.#metrics.count(message.topic, 'ignored');
      return undefined;
    }
    const { topic, partition, offset, value } = message;
    const timeoutMs = this.#options.timeoutMs ?? 30_000;
    try {
      await this.#limits.within(timeoutMs, (signal) => this.#run(handler, value, { ...event, topic, partition, offset, signal }, message));
      this.#metrics.count(topic, 'processed');
      return undefined;
    } catch (error) {
      return this.#failed(message, error);
    }
  }

  async #run(handler: EventHandler, payload: Buffer, event: ReceivedEvent, message: IncomingMessage): Promise<void> {
    const startedAt = performance.now();
    const span = beginMessageSpan('process', {
      topic: event.topic,
      messageId: event.id,
      parent: message.headers['traceparent']?.toString(),
      attributes: {
        'messaging.consumer.group.name': this.#options.group,
        'messaging.destination.partition.id': String(event.partition),
        'messaging.kafka.offset': Number(event.offset),
      },
    });
    try {
      await context.with(span.context, () => handler.handle(payload, event));
      span.end();
    } catch (error) {
      span.end(error);
      throw error;
    } finally {
      this.#metrics.took(event.topic, performance.now() - startedAt);
    }
  }

  async #failed(message: IncomingMessage, error: unknown): Promise<number | undefined> {
    const kind = kindOf(error);
    if (kind === 'permanent') return this.#bury(message, 'permanent', error);
    const { tries, unknown } = this.#tries.count(message, kind);
    if (unknown >= (this.#options.maxTries ?? 5)) return this.#bury(message, 'exhausted', error);
    const waitMs = Math.max(50, backoffMs(tries - 1, BACKOFF));
    const { topic, partition, offset } = message;
    this.#host.log.warn(
      { group: this.#options.group, topic, partition, offset, tries, wait_ms: waitMs, reason: String(error) },
      'event is tried again',
    );
    this.#metrics.count(topic, 'retried');
    return waitMs;
  }

  async #bury(message: IncomingMessage, reason: DeadLetterReason, error: unknown): Promise<number | undefined> {
    const { topic, partition, offset } = message;
    try {
      await this.#deadLetters.put(message, reason, error);
    } catch (trouble) {
      const waitMs = Math.max(50, backoffMs(this.#tries.count(message, 'transient').tries - 1, BACKOFF));
      this.#host.log.warn(
        { group: this.#options.group, topic, partition, offset, wait_ms: waitMs, reason: String(trouble) },
        'dead letter could not be put aside',
      );
      return waitMs;
    }
    this.#host.log.error(
      { group: this.#options.group, topic, partition, offset, dlq_reason: reason, err: error },
      'event is a dead letter',
    );
    this.#metrics.count(topic, 'dead');
    return undefined;
  }
}
