import { AnalyticsServiceDefinition } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { consumeBatches } from '@shopverse/mesh/events/consume-batches';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import { settings } from './config.ts';
import { topics } from './consumers/event-facts.ts';
import { onEvents } from './consumers/on-events.ts';
import { getCustomers } from './rpc/get-customers.ts';
import { getDashboard } from './rpc/get-dashboard.ts';
import { getEventCounts } from './rpc/get-event-counts.ts';
import { getFunnel } from './rpc/get-funnel.ts';
import { getOrderStatistics } from './rpc/get-order-statistics.ts';
import { getPaymentMethods } from './rpc/get-payment-methods.ts';
import { getRevenue } from './rpc/get-revenue.ts';
import { getTopProducts } from './rpc/get-top-products.ts';
import { Figures } from './store/figures.ts';
import { keepRawEvents } from './store/keep-raw-events.ts';
import { migrations } from './store/migrations/migrations.ts';
import { readCustomers } from './store/reads/customers.ts';
import { readEventCounts } from './store/reads/event-counts.ts';
import { readFunnel } from './store/reads/funnel.ts';
import { readOrderStatistics } from './store/reads/order-statistics.ts';
import { readPaymentMethods } from './store/reads/payment-methods.ts';
import { readRevenue } from './store/reads/revenue.ts';

await runService('analytics', settings, async (service) => {
  const { config } = service;
  const client = await openClickHouse(service, { url: config.CLICKHOUSE_URL, migrations });
  await keepRawEvents(client, config.ANALYTICS_RAW_EVENTS_MONTHS);
  const figures = new Figures(client);

  service.serve(AnalyticsServiceDefinition, {
    getDashboard: getDashboard({ figures }),
    getTopProducts: getTopProducts({ figures }),
    getRevenue: getRevenue({ revenue: readRevenue(client) }),
    getOrderStatistics: getOrderStatistics({ orderStatistics: readOrderStatistics(client) }),
    getFunnel: getFunnel({ funnel: readFunnel(client) }),
    getPaymentMethods: getPaymentMethods({ paymentMethods: readPaymentMethods(client) }),
    getEventCounts: getEventCounts({ eventCounts: readEventCounts(client) }),
    getCustomers: getCustomers({ customers: readCustomers(client) }),
  });

  await consumeBatches(service, {
    group: 'analytics',
    topics,
    maxEvents: config.ANALYTICS_BATCH_EVENTS,
    maxWaitMs: config.ANALYTICS_BATCH_WAIT_MS,
    handle: onEvents({ figures }),
  });
});
