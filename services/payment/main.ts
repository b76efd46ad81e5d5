import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { PaymentServiceDefinition } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { consume } from '@shopverse/mesh/events/consume';
import { startRelay } from '@shopverse/mesh/events/relay';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { onOrderCancelled } from './consumers/on-order-cancelled.ts';
import { onOrderPaymentUnwanted } from './consumers/on-order-payment-unwanted.ts';
import { carryOutRefunds } from './jobs/carry-out-refunds.ts';
import { forgetOldNotices } from './jobs/forget-notices.ts';
import { reconcilePayments } from './jobs/reconcile-payments.ts';
import { startRefundWorker } from './jobs/refund-worker.ts';
import { openProviders } from './providers/registry.ts';
import { createPayment } from './rpc/create-payment.ts';
import { getPayment } from './rpc/get-payment.ts';
import { listDiscrepancies, settleDiscrepancy } from './rpc/discrepancies.ts';
import { listMyPayments, listPayments } from './rpc/list-payments.ts';
import { receiveWebhook } from './rpc/receive-webhook.ts';
import { refundPayment } from './rpc/refund-payment.ts';
import { retryRefund } from './rpc/retry-refund.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';
import type { PaymentTables } from './store/tables.ts';

/** The longest wait between two questions about one payment, in milliseconds. */
const LONGEST_RECONCILE_WAIT_MS = 6 * 3_600_000;
/** The longest wait between two tries of one refund, in milliseconds. */
const LONGEST_REFUND_WAIT_MS = 3_600_000;
/** How often old notices are forgotten, in milliseconds. */
const FORGET_INTERVAL_MS = 3_600_000;

await runService('payment', settings, async (service) => {
  const { config, log } = service;
  const clock = () => new Date();
  const database = await openPostgres<PaymentTables>(service, { url: config.DATABASE_URL, entities, migrations });
  const orders = service.client(OrderServiceDefinition, 'order');
  const providers = openProviders(config, log);
  for (const { name, circuit } of providers.guards) {
    const check = async () => {
      if (circuit.state !== 'closed') throw new Error(`${name} did not answer and is asked again in ${circuit.waitMs} ms`);
    };
    service.addCheck(`provider ${name}`, check, { critical: false });
  }

  const refunds = {
    schedule: { firstMs: config.REFUND_RETRY_MS, longestMs: LONGEST_REFUND_WAIT_MS },
    alarmAfterMs: config.REFUND_ALARM_AFTER_MS,
  };
  const wake = startRefundWorker(
    service,
    { database, intervalMs: config.REFUND_INTERVAL_MS },
    carryOutRefunds({ database, providers, log, clock, ...refunds }),
  );

  service.serve(PaymentServiceDefinition, {
    createPayment: createPayment({ database, orders, provider: providers.chosen, clock, reconcileAfterMs: config.RECONCILE_AFTER_MS }),
    getPayment: getPayment({ database }),
    listMyPayments: listMyPayments({ database }),
    listPayments: listPayments({ database }),
    refundPayment: refundPayment({ database, clock, wake }),
    retryRefund: retryRefund({ database, clock, wake }),
    listDiscrepancies: listDiscrepancies({ database }),
    settleDiscrepancy: settleDiscrepancy({ database, clock }),
    receiveWebhook: receiveWebhook({ database, providers, log, clock, wake, maxAgeMs: config.WEBHOOK_MAX_AGE_MS }),
  });

  startRelay(service, database);
  const handlers = [onOrderCancelled, onOrderPaymentUnwanted].map((make) => make({ database, log, clock, wake }));
  await consume(service, { group: 'payment', handlers });
  const schedule = {
    firstMs: config.RECONCILE_AFTER_MS,
    longestMs: LONGEST_RECONCILE_WAIT_MS,
    giveUpMs: config.RECONCILE_GIVE_UP_MS,
    paidAfterMs: config.RECONCILE_PAID_AFTER_MS,
  };
  every(
    service,
    'reconcile-payments',
    { intervalMs: config.RECONCILE_INTERVAL_MS },
    reconcilePayments({ database, providers, schedule, log, clock, wake }),
  );
  every(service, 'forget-notices', { intervalMs: FORGET_INTERVAL_MS }, forgetOldNotices({ database, clock }));
});
