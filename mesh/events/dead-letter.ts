import { deadLetterTopic, kafkaOf, type EventHost } from './host.ts';
import type { IncomingMessage, MessageProducer } from './kafka.ts';

/** Why a message is a dead letter. */
export type DeadLetterReason =
  /** It is no event that can be read. */
  | 'undecodable'
  /** It breaks a rule, so trying again is no use. */
  | 'permanent'
  /** It failed as often as it may, for a cause that nobody foresaw. */
  | 'exhausted';

/** Names the only group that a message is for: a dead letter that is replayed is news to nobody else. */
export const ONLY_FOR = 'replay_for';

/** Whether a message is for a group: all are, but the replayed dead letters of others. */
export function isFor({ headers }: Pick<IncomingMessage, 'headers'>, group: string): boolean {
  const only = headers[ONLY_FOR];
  return only === undefined || only.toString() === group;
}

/** Longest text of the error that goes along. */
const MAX_ERROR = 1_000;

/** Puts messages that a group can't handle aside, as they came, with the cause in their headers: into `<group>.dlq`. */
export class DeadLetters {
  readonly #host: EventHost;
  readonly #group: string;
  #producer: MessageProducer | undefined;

  constructor(host: EventHost, group: string) {
    this.#host = host;
    this.#group = group;
  }

  /** Resolves when the message is safe there; only then may its offset be committed. */
  async put(message: IncomingMessage, reason: DeadLetterReason, error: unknown): Promise<void> {
    try {
      this.#producer ??= await kafkaOf(this.#host).openProducer();
      const { key, value, headers, topic, partition, offset } = message;
      const cause = {
        dlq_reason: reason,
        dlq_error: (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, MAX_ERROR),
        dlq_topic: topic,
        dlq_partition: String(partition),
        dlq_offset: offset,
        dlq_group: this.#group,
        dlq_time: new Date().toISOString(),
      };
      await this.#producer.send([{ topic: deadLetterTopic(this.#group), key, value, headers: { ...headers, ...cause } }]);
    } catch (failed) {
      await this.close();
      throw failed;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }
}
