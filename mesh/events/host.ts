import { topics } from '@shopverse/contracts/event-types';
import type { Service } from '../lifecycle/service.ts';
import { Kafka, type TopicSpec } from './kafka.ts';

/** The part of a service that events need. */
export interface EventHost extends Pick<Service, 'name' | 'log' | 'signal' | 'addCheck' | 'onStop'> {
  readonly config: {
    readonly KAFKA_BROKERS: readonly string[];
    readonly KAFKA_TOPIC_PARTITIONS: number;
    readonly KAFKA_REPLICATION_FACTOR: number;
    /** How long events are kept for consumers, in hours. @default 168 */
    readonly KAFKA_TOPIC_RETENTION_HOURS?: number;
  };
}

const HOUR_MS = 60 * 60_000;
/** Dead letters wait for a person. */
const DEAD_LETTER_RETENTION_MS = 30 * 24 * HOUR_MS;

const kafkas = new WeakMap<EventHost, Kafka>();

/** The service's way to Kafka. Kafka counts as a dependency that the service is ready without: events wait in the outbox. */
export function kafkaOf(host: EventHost): Kafka {
  const known = kafkas.get(host);
  if (known !== undefined) return known;
  const kafka = new Kafka({ brokers: host.config.KAFKA_BROKERS, clientId: host.name, log: host.log });
  kafkas.set(host, kafka);
  host.addCheck('kafka', () => kafka.ping(), { critical: false });
  host.onStop('stores', 'kafka', () => kafka.close());
  return kafka;
}

/** Makes the topics of all contracts where they are missing, `more` of the kind, and the dead letters of `groups`. */
export async function ensureTopics(
  host: EventHost,
  { more = [], groups = [] }: { more?: readonly string[]; groups?: readonly string[] } = {},
): Promise<void> {
  const {
    KAFKA_TOPIC_PARTITIONS: partitions,
    KAFKA_REPLICATION_FACTOR: replicas,
    KAFKA_TOPIC_RETENTION_HOURS: retentionHours = 168,
  } = host.config;
  const events: TopicSpec[] = [...new Set([...topics, ...more])].map((topic) => ({
    topic,
    partitions,
    replicas,
    retentionMs: retentionHours * HOUR_MS,
  }));
  const deadLetters = groups.map((group) => ({
    topic: deadLetterTopic(group),
    partitions: 1,
    replicas,
    retentionMs: DEAD_LETTER_RETENTION_MS,
  }));
  await kafkaOf(host).ensureTopics([...events, ...deadLetters]);
}

/** Where a group's messages go that it could not handle. */
export function deadLetterTopic(group: string): string {
  return `${group}.dlq`;
}
