import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { RecommendationServiceDefinition } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { consume } from '@shopverse/mesh/events/consume';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import { settings } from './config.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { forgetEvents } from './jobs/forget-events.ts';
import { assemble } from './parts.ts';
import { CategoryNames } from './rpc/category-names.ts';
import { indexes } from './store/documents.ts';
import { keepScale } from './store/scale.ts';

const HOUR_MS = 3_600_000;

await runService('recommendation', settings, async (service) => {
  const { config, log } = service;
  const database = await openMongo(service, { url: config.MONGODB_URL, indexes });
  await keepScale(database, { popularMs: config.POPULAR_HALF_LIFE_MS, trendingMs: config.TRENDING_HALF_LIFE_MS });

  const categories = new CategoryNames(service.client(ProductServiceDefinition, 'product'));
  const { inbox, shoppers, learners, handlers, refresh } = assemble(database, config, categories);
  service.serve(RecommendationServiceDefinition, handlers);
  const users = service.client(UserServiceDefinition, 'user');
  await consume(service, { group: 'recommendation', handlers: [...learners, onUserDeleted({ shoppers, users })] });

  every(
    service,
    'refresh-similar',
    { intervalMs: config.SIMILAR_REFRESH_INTERVAL_MS, largestShare: config.SIMILAR_REFRESH_PERCENT / 100 },
    refresh,
  );
  every(service, 'category-names', { intervalMs: config.CATEGORY_NAMES_INTERVAL_MS, atOnce: true }, () => categories.refresh());
  every(service, 'forget-events', { intervalMs: HOUR_MS }, forgetEvents({ inbox, retentionMs: config.INBOX_RETENTION_MS, log }));
});
