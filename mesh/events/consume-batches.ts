import { backoffMs } from '../backoff.ts';
import { fromMessage, type CloudEvent } from './cloud-event.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { DeadLetters, isFor, type DeadLetterReason } from './dead-letter.ts';
import { Gathering } from './gathering.ts';
import type { EventHost } from './host.ts';
import { keepConsuming } from './keep-consuming.ts';
import type { IncomingMessage, MessageBatch } from './kafka.ts';
import { TimeLimits } from './time-limits.ts';
import { beginMessageSpan } from './trace.ts';
import { kindOf } from './trouble.ts';

/** An event of a batch, its message not yet decoded. */
export interface BatchedEvent extends CloudEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly payload: Uint8Array;
}

/** A consumer group that handles events by the thousand. */
export interface ConsumeBatchesOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Most events of one batch. @default 20000 */
  readonly maxEvents?: number;
  /** Longest time that an event waits for company, in milliseconds. @default 1000 */
  readonly maxWaitMs?: number;
  /** Longest time for one batch, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** How often a batch is tried that fails for a cause nobody foresaw, before those that cause it are looked for. @default 5 */
  readonly maxTries?: number;
  /**
   * Brings about the effect of all of them, whatever their types. After a crash an event comes again, mostly in another batch, so the effect must be the
   * same for an event that is there already. After `permanent()` or another error that can't be mended the events come in ever smaller parts, until those that
   * cause it are found.
   */
  handle(events: readonly BatchedEvent[], signal: AbortSignal): Promise<void>;
}

/** A message, and the event that it is. */
interface ReadEvent {
  readonly message: IncomingMessage;
  readonly event: BatchedEvent;
}

/** A message that can't be handled, and why. */
interface Refused {
  readonly message: IncomingMessage;
  readonly reason: DeadLetterReason;
  readonly error: unknown;
}

/** A broker holds back its answer until it has this much, or until `maxWaitMs` have passed: that is what makes the batches. In bytes. */
const ENOUGH_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 2_000;
/** While the process is being stopped, a batch that is being handled may take so long, in milliseconds. */
const GRACE_MS = 3_000;
const BACKOFF = { initialMs: 200, maxMs: 10_000 };

/**
 * Handles events in batches as a member of a consumer group until the shutdown, with the promises of `consume`: offsets are committed after the effect,
 * trouble that passes is waited out, what can't be handled goes to `<group>.dlq` and holds up nothing. Resolves at once.
 */
export async function consumeBatches(host: EventHost, options: ConsumeBatchesOptions): Promise<void> {
  const worker = new BatchWorker(host, options);
  keepConsuming(
    host,
    {
      group: options.group,
      topics: options.topics,
      concurrency: 64, // all partitions at once: what a broker answers for all of them is one batch
      maxBatchBytes: ENOUGH_BYTES,
      minBytes: ENOUGH_BYTES,
      maxWaitMs: options.maxWaitMs ?? 1_000,
      handle: (batch) => worker.handle(batch),
      onAssigned: () => worker.reassigned(),
    },
    () => worker.close(),
  );
  host.signal.addEventListener('abort', () => worker.hurry(), { once: true });
}

class BatchWorker {
  readonly #host: EventHost;
  readonly #options: ConsumeBatchesOptions;
  readonly #deadLetters: DeadLetters;
  readonly #metrics: ConsumerMetrics;
  readonly #limits = new TimeLimits();
  readonly #gathering: Gathering<IncomingMessage>;
  #failures = { tries: 0, unknown: 0 };

  constructor(host: EventHost, options: ConsumeBatchesOptions) {
    this.#host = host;
    this.#options = options;
    this.#deadLetters = new DeadLetters(host, options.group);
    this.#metrics = new ConsumerMetrics(options.group);
    this.#gathering = new Gathering(options.maxEvents ?? 20_000, (messages) => this.#handleAll(messages));
  }

  /** Takes one partition's part of a batch. */
  async handle(batch: MessageBatch): Promise<void> {
    const last = batch.messages.at(-1);
    if (last === undefined) return;
    this.#metrics.reached(batch, BigInt(last.offset) + 1n - BigInt(batch.messages.length));
    const alive = setInterval(() => void batch.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      await this.#gathering.add(batch.messages);
    } catch (error) {
      return batch.pause(this.#waitAfter(error));
    } finally {
      clearInterval(alive);
    }
    this.#metrics.reached(batch, BigInt(last.offset) + 1n);
    await batch.done(last);
  }

  reassigned(): void {
    this.#failures = { tries: 0, unknown: 0 };
    this.#metrics.reassigned();
  }

  /** The process is being stopped: what is being handled has a moment left. */
  hurry(): void {
    this.#limits.endIn(GRACE_MS);
  }

  close(): Promise<void> {
    return this.#deadLetters.close();
  }

  async #handleAll(messages: readonly IncomingMessage[]): Promise<void> {
    const { events, unreadable } = this.#read(messages);
    try {
      const refused = await this.#handleOrFindPoison(events);
      // Only now, as a batch that is tried again must not lay aside the same message again.
      for (const { message, reason, error } of [...unreadable, ...refused]) await this.#bury(message, reason, error);
    } catch (error) {
      const unknown = this.#failures.unknown + (kindOf(error) === 'unknown' ? 1 : 0);
      this.#failures = { tries: this.#failures.tries + 1, unknown };
      throw error;
    }
    this.#failures = { tries: 0, unknown: 0 };
  }

  /** The events of those messages that are for this group. */
  #read(messages: readonly IncomingMessage[]): { readonly events: ReadEvent[]; readonly unreadable: Refused[] } {
    const events: ReadEvent[] = [];
    const unreadable: Refused[] = [];
    for (const message of messages) {
      const { topic, partition, offset, value } = message;
      if (!isFor(message, this.#options.group)) {
        this.#metrics.count(topic, 'ignored');
        continue;
      }
      const event = fromMessage(message);
      if (event === undefined || value === null)
        unreadable.push({ message, reason: 'undecodable', error: new Error('The message is no CloudEvent.') });
      else events.push({ message, event: { ...event, topic, partition, offset, payload: value } });
    }
    return { events, unreadable };
  }

  /** Handles them; answers those that can't be, ever. Throws what is to be waited out. */
  async #handleOrFindPoison(events: readonly ReadEvent[]): Promise<Refused[]> {
    try {
      await this.#handleTogether(events);
      return [];
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'transient' || (kind === 'unknown' && this.#failures.unknown + 1 < (this.#options.maxTries ?? 5))) throw error;
      return this.#findPoison(events, error);
    }
  }

  /** Looks for what can't be handled in one half and then the other: one poison among thousands costs two dozen batches, and the others are handled in their order. */
  async #findPoison(events: readonly ReadEvent[], error: unknown): Promise<Refused[]> {
    const [first] = events;
    if (first === undefined) return [];
    if (events.length === 1) return [{ message: first.message, reason: kindOf(error) === 'permanent' ? 'permanent' : 'exhausted', error }];
    const middle = Math.ceil(events.length / 2);
    const refused: Refused[] = [];
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      try {
        await this.#handleTogether(half);
      } catch (cause) {
        if (kindOf(cause) === 'transient') throw cause;
        refused.push(...(await this.#findPoison(half, cause)));
      }
    }
    return refused;
  }

  async #handleTogether(events: readonly ReadEvent[]): Promise<void> {
    if (events.length === 0) return;
    const spans = events.map(({ message: { topic, headers } }) =>
      beginMessageSpan('process', {
        topic,
        messageId: headers['ce_id']?.toString() ?? '',
        parent: headers['traceparent']?.toString(),
        attributes: { 'messaging.consumer.group.name': this.#options.group, 'messaging.batch.message_count': events.length },
      }),
    );
    try {
      const together = events.map(({ event }) => event);
      await this.#limits.within(this.#options.timeoutMs ?? 30_000, (signal) => this.#options.handle(together, signal));
      for (const span of spans) span.end();
      for (const { topic } of together) this.#metrics.count(topic, 'processed');
    } catch (error) {
      for (const span of spans) span.end(error);
      throw error;
    }
  }

  async #bury(message: IncomingMessage, reason: DeadLetterReason, error: unknown): Promise<void> {
    const { topic, partition, offset } = message;
    await this.#deadLetters.put(message, reason, error);
    this.#host.log.error(
      { group: this.#options.group, topic, partition, offset, dlq_reason: reason, err: error },
      'event is a dead letter',
    );
    this.#metrics.count(topic, 'dead');
  }

  /** How long to leave the partitions of a batch alone that failed, in milliseconds. */
  #waitAfter(error: unknown): number {
    const { tries } = this.#failures;
    const waitMs = Math.max(50, backoffMs(tries, BACKOFF));
    this.#host.log.warn({ group: this.#options.group, tries, wait_ms: waitMs, reason: String(error) }, 'batch is tried again');
    return waitMs;
  }
}
