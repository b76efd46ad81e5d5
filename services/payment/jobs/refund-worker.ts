import { metrics } from '@opentelemetry/api';
import { backoffMs } from '@shopverse/mesh/backoff';
import { Bell } from '@shopverse/mesh/events/bell';
import type { Service } from '@shopverse/mesh/lifecycle/service';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import { refundBacklog } from '../store/refund-queue.ts';

/** Wakes the worker: refunds may be due. */
export type WakeRefunds = () => void;

/**
 * Carries refunds out whenever it is woken, and otherwise every `intervalMs` milliseconds, until the shutdown, which waits for the run that is under way. Several replicas
 * may run it. A run that throws is logged and tried again with backoff.
 */
export function startRefundWorker(
  service: Pick<Service, 'log' | 'signal' | 'onStop'>,
  { database, intervalMs }: { readonly database: PaymentDatabase; readonly intervalMs: number },
  run: (signal: AbortSignal) => Promise<void>,
): WakeRefunds {
  const bell = new Bell();
  const backlog = metrics.getMeter('@shopverse/payment').createObservableGauge('payment.refunds.oldest.age', {
    description: 'Age of the oldest refund that is not done; 0 when all are',
    unit: 's',
  });
  let oldest: Date | undefined;
  backlog.addCallback((result) => result.observe(oldest === undefined ? 0 : (Date.now() - oldest.getTime()) / 1000));
  service.signal.addEventListener('abort', () => bell.ring(), { once: true });
  const loop = async (): Promise<void> => {
    for (let failures = 0; !service.signal.aborted;) {
      try {
        await run(service.signal);
        ({ oldest } = await refundBacklog(database));
        failures = 0;
      } catch (error) {
        failures += 1;
        service.log.error({ job: 'carry-out-refunds', failures, err: error }, 'job failed');
      }
      if (service.signal.aborted) return;
      const pauseMs = failures === 0 ? intervalMs * (1 - Math.random() / 10) : Math.min(intervalMs, backoffMs(failures));
      await bell.wait(Math.max(pauseMs, 10));
    }
  };
  const running = loop();
  service.onStop('jobs', 'carry-out-refunds', () => running);
  return () => bell.ring();
}
