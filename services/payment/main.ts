import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { PaymentServiceDefinition } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { startRelay } from '@shopverse/mesh/events/relay';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { forgetOldNotices } from './jobs/forget-notices.ts';
import { reconcilePayments } from './jobs/reconcile-payments.ts';
import { openProviders } from './providers/registry.ts';
import { createPayment } from './rpc/create-payment.ts';
import { getPayment } from './rpc/get-payment.ts';
import { receiveWebhook } from './rpc/receive-webhook.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/migrations.ts';
import type { PaymentTables } from './store/tables.ts';

/** The longest wait between two questions about one payment, in milliseconds. */
const LONGEST_RECONCILE_WAIT_MS = 6 * 3_600_000;
/** How often old notices are forgotten, in milliseconds. */
const FORGET_INTERVAL_MS = 3_600_000;

await runService('payment', settings, async (service) => {
  const { config, log } = service;
  const clock = () => new Date();
  const database = await openPostgres<PaymentTables>(service, { url: config.DATABASE_URL, entities, migrations });
  const orders = service.client(OrderServiceDefinition, 'order');
  const providers = openProviders(config, log);

  service.serve(PaymentServiceDefinition, {
    createPayment: createPayment({ database, orders, provider: providers.chosen, clock, reconcileAfterMs: config.RECONCILE_AFTER_MS }),
    getPayment: getPayment({ database }),
    receiveWebhook: receiveWebhook({ database, providers, log, clock }),
  });

  startRelay(service, database);
  const schedule = { firstMs: config.RECONCILE_AFTER_MS, longestMs: LONGEST_RECONCILE_WAIT_MS, giveUpMs: config.RECONCILE_GIVE_UP_MS };
  every(
    service,
    'reconcile-payments',
    { intervalMs: config.RECONCILE_INTERVAL_MS },
    reconcilePayments({ database, providers, schedule, log, clock }),
  );
  every(service, 'forget-notices', { intervalMs: FORGET_INTERVAL_MS }, forgetOldNotices({ database, clock }));
});
