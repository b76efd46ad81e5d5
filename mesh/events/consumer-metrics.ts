import { metrics } from '@opentelemetry/api';
import type { MessageBatch } from './kafka.ts';

const meter = metrics.getMeter('@shopverse/mesh');
const consumed = meter.createCounter('messaging.client.consumed.messages', {
  description: 'Events by what became of them',
  unit: '{message}',
});
const duration = meter.createHistogram('messaging.process.duration', {
  description: 'How long handling an event took',
  unit: 's',
  advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
});
const lag = meter.createObservableGauge('shopverse.consumer.lag', {
  description: 'Events of a partition that its consumer has not handled yet',
  unit: '{message}',
});

/** What became of an event: its effect is there, nobody here handles its type, it will be tried again, or it is a dead letter. */
export type Outcome = 'processed' | 'ignored' | 'retried' | 'dead';

/** Counts what a member of a consumer group does. */
export class ConsumerMetrics {
  readonly #group: string;
  readonly #lags = new Map<string, { readonly topic: string; readonly partition: number; readonly behind: number }>();

  constructor(group: string) {
    this.#group = group;
    lag.addCallback((result) => {
      for (const { topic, partition, behind } of this.#lags.values()) {
        result.observe(behind, { ...this.#attributes(topic), 'messaging.destination.partition.id': String(partition) });
      }
    });
  }

  count(topic: string, outcome: Outcome, events = 1): void {
    consumed.add(events, { ...this.#attributes(topic), outcome });
  }

  took(topic: string, ms: number): void {
    duration.record(ms / 1000, this.#attributes(topic));
  }

  /** The next event to handle of the batch's partition has this offset. */
  reached({ topic, partition, highWatermark }: MessageBatch, offset: bigint): void {
    this.#lags.set(`${topic} ${partition}`, { topic, partition, behind: Number(highWatermark - offset) });
  }

  /** Partitions were dealt out anew; what was known of the old ones is somebody else's now. */
  reassigned(): void {
    this.#lags.clear();
  }

  #attributes(topic: string) {
    return { 'messaging.system': 'kafka', 'messaging.destination.name': topic, 'messaging.consumer.group.name': this.#group };
  }
}
