import { backoffMs, sleep } from '../backoff.ts';
import { ensureTopics, kafkaOf, type EventHost } from './host.ts';
import type { ConsumerSpec, RunningConsumer } from './kafka.ts';

/** A consumer that ran for so long was well: its end is a new trouble, not the old one, in milliseconds. */
const WELL_AFTER_MS = 30_000;

/**
 * Keeps a member of a consumer group alive until the shutdown: builds it anew, with backoff and for ever, when it fails. Returns at once, as a
 * service serves its calls whether Kafka is there or not. `closed` is called when the last message has been handled.
 */
export function keepConsuming(host: EventHost, spec: ConsumerSpec, closed: () => Promise<void>): void {
  const stop = new AbortController();
  const running = loop(host, spec, stop.signal);
  host.onStop('consumers', `consumer ${spec.group}`, async () => {
    stop.abort();
    await running;
    await closed();
  });
}

async function loop(host: EventHost, spec: ConsumerSpec, stop: AbortSignal): Promise<void> {
  const stopped = new Promise<undefined>((resolve) => stop.addEventListener('abort', () => resolve(undefined), { once: true }));
  for (let failures = 0; !stop.aborted; failures += 1) {
    const startedAt = performance.now();
    let consumer: RunningConsumer | undefined;
    let trouble: unknown;
    try {
      await ensureTopics(host, { more: spec.topics, groups: [spec.group] });
      consumer = await kafkaOf(host).openConsumer(spec);
      trouble = await Promise.race([consumer.crashed, stopped]);
    } catch (error) {
      trouble = error;
    }
    await consumer
      ?.close()
      .catch((error: unknown) => host.log.warn({ group: spec.group, reason: String(error) }, 'consumer left uncleanly'));
    if (stop.aborted) return;
    if (performance.now() - startedAt > WELL_AFTER_MS) failures = 0;
    const waitMs = Math.max(100, backoffMs(failures, { initialMs: 200, maxMs: 5_000 }));
    host.log.warn({ group: spec.group, reason: String(trouble), wait_ms: waitMs }, 'consumer starts anew');
    await sleep(waitMs, stop);
  }
}
