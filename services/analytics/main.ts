import { AnalyticsServiceDefinition } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { consumeBatches } from '@shopverse/mesh/events/consume-batches';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openClickHouse } from '@shopverse/mesh/store/clickhouse';
import { settings } from './config.ts';
import { topics } from './consumers/event-facts.ts';
import { onEvents } from './consumers/on-events.ts';
import { getDashboard } from './rpc/get-dashboard.ts';
import { getTopProducts } from './rpc/get-top-products.ts';
import { Figures } from './store/figures.ts';
import { migrations } from './store/migrations/migrations.ts';

await runService('analytics', settings, async (service) => {
  const { config } = service;
  const figures = new Figures(await openClickHouse(service, { url: config.CLICKHOUSE_URL, migrations }));

  service.serve(AnalyticsServiceDefinition, {
    getDashboard: getDashboard({ figures }),
    getTopProducts: getTopProducts({ figures }),
  });

  await consumeBatches(service, {
    group: 'analytics',
    topics,
    maxEvents: config.ANALYTICS_BATCH_EVENTS,
    maxWaitMs: config.ANALYTICS_BATCH_WAIT_MS,
    handle: onEvents({ figures }),
  });
});
