import { randomUUID } from 'node:crypto';
import {
  Kafka as KafkaJs,
  logLevel,
  Partitioners,
  type Admin,
  type Consumer,
  type ConsumerRunConfig,
  type EachBatchPayload,
  type LogEntry,
  type Producer,
} from 'kafkajs';
import type { Logger } from '../telemetry/logger.ts';
import { quietIdleConnections } from './kafkajs-idle-timer.ts';

quietIdleConnections();

/**
 * The way to Kafka, and the only file that knows its client library (docs/decisions/kafka-client.md). All it gives out lives for one connection:
 * who uses it builds it anew, with backoff, when it fails.
 */

/** Longest time for one request to a broker, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Longest time a broker holds back an answer to a fetch when there is nothing new, in milliseconds: joining and leaving wait for it. */
const FETCH_WAIT_MS = 300;
/** A member that was silent for so long is out of its group, in milliseconds: how long its partitions stand still when its process is killed. */
const SESSION_TIMEOUT_MS = 10_000;

/** A message on its way out. */
export interface OutgoingMessage {
  readonly topic: string;
  /** Messages of one key stay in order. */
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | string>>;
}

/** A message as it came. */
export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** A topic that must be there. */
export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly retentionMs: number;
}

/** Sends messages, acknowledged by all replicas, in order. */
export interface MessageProducer {
  /**
   * Sends all of them. After it failed the producer must be closed: what was sent may or may not be there, and a broker would take the next
   * batch, which has the same sequence number, for a repetition of this one and drop it.
   */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** Messages of one partition, in order. */
export interface MessageBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly IncomingMessage[];
  /** Offset of the partition's next message to be written. */
  readonly highWatermark: bigint;
  /** Whether to go on: false when the consumer is being stopped or the partition was taken away. */
  active(): boolean;
  /** Everything up to and including this message has had its effect. Throws when this member is no longer of the group. */
  done(message: IncomingMessage): Promise<void>;
  /** Says that this member is alive. */
  heartbeat(): Promise<void>;
  /** Leaves this partition alone for a while; it goes on behind the last message done. The other partitions are not held up. */
  pause(ms: number): void;
}

/** What to consume, and how. */
export interface ConsumerSpec {
  readonly group: string;
  readonly topics: readonly string[];
  /** Partitions handled at the same time. */
  readonly concurrency: number;
  /** Most bytes of one partition in one batch: the bound of memory, and of how long one partition holds up the others. @default 262144 */
  readonly maxBatchBytes?: number;
  /** A broker holds back its answer until it has so many bytes. @default 1 */
  readonly minBytes?: number;
  /** Or until so many milliseconds have passed. @default 300 */
  readonly maxWaitMs?: number;
  /** Called for each batch, for one partition one after the other. What it throws ends the consumer. */
  handle(batch: MessageBatch): Promise<void>;
  /** Called with the partitions of this member, by topic, each time they are dealt out. */
  onAssigned?(partitions: Readonly<Record<string, readonly number[]>>): void;
}

/** A member of a consumer group. */
export interface RunningConsumer {
  /** Resolves with the reason when it can't go on. */
  readonly crashed: Promise<Error>;
  /** Finishes what is being handled, commits, leaves the group. */
  close(): Promise<void>;
}

/** What a partition holds: offsets from `first` up to, and without, `next`. */
export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly next: bigint;
}

/** How far a group is in a partition. */
export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset it will handle; undefined when it has never committed one. */
  readonly offset: bigint | undefined;
}

/** A place in a partition. */
export interface PartitionPlace {
  readonly partition: number;
  readonly offset: bigint;
}

/** Where a group is to go on in a topic. */
export interface GroupMove {
  readonly topic: string;
  readonly places: readonly PartitionPlace[];
}

/** How to read a topic without being a consumer of it. */
export interface ReadOptions {
  readonly topic: string;
  /** Where to begin in each partition; a partition that is not named is left out. */
  readonly from: readonly PartitionPlace[];
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Called for each message, within a partition in order. What it throws ends the reading. */
  readonly onMessage: (message: IncomingMessage) => void;
}

/** Whether it was Kafka that failed: it is away, or takes no such request now. What the client library throws is named so. */
export function isKafkaTrouble(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}

/** Where Kafka is and who asks. */
export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: Logger;
}

/** Makes producers and consumers. */
export class Kafka {
  readonly #client: KafkaJs;
  #pinger: Admin | undefined;

  constructor({ brokers, clientId, log }: KafkaOptions) {
    this.#client = new KafkaJs({
      brokers: [...brokers],
      clientId,
      connectionTimeout: 3_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      logLevel: logLevel.INFO,
      logCreator: () => toPino(log.child({ library: 'kafkajs' })),
      // Short trouble is got over here; longer trouble is the matter of who asked, who knows what to do about it.
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4, restartOnFailure: async () => false },
    });
  }

  /** Makes the topics that are missing; those that exist are left as they are. */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    await this.#asAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = specs.filter(({ topic }) => !existing.has(topic));
      if (missing.length === 0) return;
      await admin.createTopics({
        topics: missing.map(({ topic, partitions, replicas, retentionMs }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: [{ name: 'retention.ms', value: String(retentionMs) }],
        })),
      });
    });
  }

  /** Throws when no broker answers. Keeps its connection until `close`. */
  async ping(): Promise<void> {
    const admin = (this.#pinger ??= this.#client.admin());
    try {
      await admin.connect();
      await admin.describeCluster();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const admin = this.#pinger;
    this.#pinger = undefined;
    await admin?.disconnect();
  }

  async openProducer(): Promise<MessageProducer> {
    const producer = this.#client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner, // murmur2, as in Kafka's own clients
    });
    await orClosed(producer, () => producer.connect());
    return {
      send: async (messages) => {
        await producer.sendBatch({
          acks: -1,
          topicMessages: [...Map.groupBy(messages, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
            topic,
            messages: ofTopic.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
          })),
        });
      },
      close: () => producer.disconnect(),
    };
  }

  async openConsumer(spec: ConsumerSpec): Promise<RunningConsumer> {
    const consumer = this.#client.consumer({
      groupId: spec.group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: 3 * SESSION_TIMEOUT_MS,
      heartbeatInterval: 500,
      maxWaitTimeInMs: spec.maxWaitMs ?? FETCH_WAIT_MS,
      minBytes: spec.minBytes ?? 1,
      maxBytesPerPartition: spec.maxBatchBytes ?? 256 * 1024,
      allowAutoTopicCreation: false,
    });
    const crashed = new Promise<Error>((resolve) => consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => spec.onAssigned?.(payload.memberAssignment));
    await orClosed(consumer, async () => {
      await consumer.connect();
      await consumer.subscribe({ topics: [...spec.topics], fromBeginning: true });
      await runJoined(consumer, {
        // Offsets are committed for what is `done` and for nothing else: within a second, at the end of a batch, and when leaving.
        eachBatchAutoResolve: false,
        autoCommitInterval: 1_000,
        partitionsConsumedConcurrently: spec.concurrency,
        eachBatch: (payload) => spec.handle(toBatch(payload)),
      });
    });
    return { crashed, close: () => consumer.disconnect() };
  }

  /** All topics of the cluster. */
  topics(): Promise<string[]> {
    return this.#asAdmin((admin) => admin.listTopics());
  }

  /** What the partitions of `topics` hold now. Throws when a topic is not there. */
  ranges(topics: readonly string[]): Promise<PartitionRange[]> {
    return this.#asAdmin(async (admin) => {
      const found = await Promise.all(topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })));
      return found.flatMap(({ topic, partitions }) =>
        partitions
          .map(({ partition, low, high }) => ({ topic, partition, first: BigInt(low), next: BigInt(high) }))
          .toSorted((a, b) => a.partition - b.partition),
      );
    });
  }

  /** How far a group is, in all topics that it has ever committed offsets for. Empty for a group that nobody knows. */
  committed(group: string): Promise<CommittedOffset[]> {
    return this.#asAdmin(async (admin) => {
      const found = await admin.fetchOffsets({ groupId: group });
      return found.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({ topic, partition, offset: offset === '-1' ? undefined : BigInt(offset) })),
      );
    });
  }

  /** How many members a group has at the moment, those included that are just joining. */
  members(group: string): Promise<number> {
    return this.#asAdmin(async (admin) => (await admin.describeGroups([group])).groups[0]?.members.length ?? 0);
  }

  /** For each partition the first offset written at `time` or later; where nothing is so young, its end. */
  placesAt(topic: string, time: Date): Promise<PartitionPlace[]> {
    return this.#asAdmin(async (admin) =>
      (await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, time.getTime()))).map(({ partition, offset }) => ({
        partition,
        offset: BigInt(offset),
      })),
    );
  }

  /**
   * Moves a group in several topics, in all of them or in none. It must have no members: they would overwrite it.
   *
   * @throws Error when somebody else turns out to be a member, or Kafka takes no member now
   */
  async moveGroup(group: string, moves: readonly GroupMove[]): Promise<void> {
    // Only a member can commit for a group. The library's own `setOffsets` is one, too, but of one topic, and needs five seconds for it.
    const consumer = this.#client.consumer({
      groupId: group,
      // Should it die before it has left, who comes next waits no longer than for one of the group's own.
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: SESSION_TIMEOUT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
    });
    let mine: Readonly<Record<string, readonly number[]>> = {};
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => void (mine = payload.memberAssignment));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: moves.map(({ topic }) => topic), fromBeginning: true });
      await runJoined(consumer, { autoCommit: false, eachBatch: async () => undefined });
      const offsets = moves.flatMap(({ topic, places }) =>
        places.map(({ partition, offset }) => ({ topic, partition, offset: String(offset) })),
      );
      if (offsets.some(({ topic, partition }) => mine[topic]?.includes(partition) !== true))
        throw new Error(`The group ${group} has other members.`);
      await consumer.commitOffsets(offsets);
    } finally {
      await consumer.disconnect();
    }
  }

  /** Reads a topic until the signal aborts, beside all groups. Kafka keeps nothing of it. */
  async read({ topic, from, signal, onMessage }: ReadOptions): Promise<void> {
    const groupId = `operator-${randomUUID()}`;
    const begin = new Map(from.map(({ partition, offset }) => [partition, offset]));
    const consumer = this.#client.consumer({ groupId, maxWaitTimeInMs: FETCH_WAIT_MS, allowAutoTopicCreation: false });
    const ended = Promise.withResolvers<void>();
    const end = () => ended.resolve();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
    // A rejection nobody waits for, as something else has failed before, would end the process.
    ended.promise.catch(() => undefined);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await runJoined(consumer, {
        autoCommit: false,
        eachBatch: async (payload) => {
          for (const message of toBatch(payload).messages) {
            const at = begin.get(message.partition);
            if (signal.aborted || at === undefined || BigInt(message.offset) < at) continue;
            try {
              onMessage(message);
            } catch (error) {
              return ended.reject(error);
            }
            payload.resolveOffset(message.offset);
          }
        },
      });
      for (const { partition, offset } of from) consumer.seek({ topic, partition, offset: String(offset) });
      await ended.promise;
    } finally {
      signal.removeEventListener('abort', end);
      await consumer.disconnect();
      await this.#asAdmin((admin) => admin.deleteGroups([groupId])).catch(() => undefined); // It has no offsets: Kafka forgets it by itself, later.
    }
  }

  async #asAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#client.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Runs a consumer. Throws when it can't join its group: the library's own `run` says nothing of that, and the consumer is dead all the same. */
async function runJoined(consumer: Consumer, config: ConsumerRunConfig): Promise<void> {
  const crashes: Error[] = [];
  const unhear = consumer.on(consumer.events.CRASH, ({ payload }) => void crashes.push(payload.error));
  await consumer.run(config);
  unhear();
  const [crash] = crashes;
  if (crash !== undefined) throw crash;
}

async function orClosed(client: Producer | Consumer, open: () => Promise<void>): Promise<void> {
  try {
    await open();
  } catch (error) {
    await client.disconnect().catch(() => undefined);
    throw error;
  }
}

function toBatch({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, pause, isRunning, isStale }: EachBatchPayload): MessageBatch {
  const { topic, partition } = batch;
  return {
    topic,
    partition,
    messages: batch.messages.map(({ offset, key, value, headers = {} }) => ({
      topic,
      partition,
      offset,
      key,
      value,
      headers: Object.fromEntries(Object.entries(headers).flatMap(([name, text]) => firstValue(name, text))),
    })),
    highWatermark: BigInt(batch.highWatermark),
    active: () => isRunning() && !isStale(),
    done: async ({ offset }) => {
      resolveOffset(offset);
      await heartbeat();
      await commitOffsetsIfNecessary();
    },
    heartbeat,
    pause: (ms) => void setTimeout(pause(), ms).unref(),
  };
}

function firstValue(name: string, value: Buffer | string | (Buffer | string)[] | undefined): [string, Buffer][] {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined || first === null ? [] : [[name, Buffer.from(first)]];
}

/** All of it is for debugging: what the library calls an error is mostly one try of several, and who uses it reports what fails in the end. */
function toPino(log: Logger): (entry: LogEntry) => void {
  return ({ namespace, log: { message, timestamp: _timestamp, stack: _stack, ...fields } }) => log.debug({ ...fields, namespace }, message);
}
