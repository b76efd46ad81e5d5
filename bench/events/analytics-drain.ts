import { eventually } from '@shopverse/local/demo/eventually';
import type { Stack } from '@shopverse/local/stack';
import { toMessage } from '@shopverse/mesh/events/cloud-event';
import { kafkaOf } from '@shopverse/mesh/events/host';
import { topics } from '../../services/analytics/consumers/event-facts.ts';
import { BenchHost } from '../foundation/events/host.ts';
import { startProcess } from '../process.ts';
import type { Metric } from '../result.ts';
import { analyticsEvents } from './analytics-events.ts';

interface Progress {
  readonly handled: number;
  readonly memoryMb: number;
}

/** Events that are made and sent at a time. */
const BATCH = 2_000;

/**
 * How fast analytics empties a backlog, from the first event that is in the figures to the last, and how much memory its process has in the first tenth and at
 * the end.
 */
export async function analyticsDrain({ addresses }: Stack, count: number): Promise<Metric[]> {
  await fill(addresses.kafkaBrokers, count);
  const consumer = startProcess(new URL('analytics-consumer.ts', import.meta.url), {
    args: [addresses.kafkaBrokers, addresses.clickhouse],
    telemetry: false,
  });
  try {
    await consumer.ask<Progress>();
    const seen = (least: number) =>
      eventually(
        `${least} of ${count} events`,
        async () => {
          const progress = await consumer.ask<Progress>({});
          return progress.handled >= least ? { ...progress, at: performance.now() } : undefined;
        },
        { timeoutMs: 1_800_000, intervalMs: 20 },
      );
    const first = await seen(Math.max(1, Math.floor(count / 10)));
    const last = await seen(count);
    const drained = last.handled - first.handled;
    return [
      {
        metric: 'drain_events_per_second',
        value: drained === 0 ? Number.NaN : drained / ((last.at - first.at) / 1_000),
        unit: 'events/s',
        runs: 1,
      },
      { metric: 'drain_memory_mb', value: last.memoryMb, unit: 'MB', baseline: first.memoryMb, goal: 'flat', runs: 1 },
    ];
  } finally {
    await consumer.stop();
  }
}

async function fill(brokers: string, count: number): Promise<void> {
  const host = new BenchHost(brokers);
  const kafka = kafkaOf(host);
  await kafka.ensureTopics(topics.map((topic) => ({ topic, partitions: 3, replicas: 1, retentionMs: 86_400_000 })));
  const producer = await kafka.openProducer();
  for (let sent = 0; sent < count; sent += BATCH) {
    const events = analyticsEvents(Math.min(BATCH, count - sent));
    await producer.send(
      events.map(({ id, type, source, subject, time, topic, payload }) =>
        toMessage({ id, type, source, subject, time }, { topic, payload: Buffer.from(payload), traceparent: undefined }),
      ),
    );
  }
  await producer.close();
  await host.stop();
}
