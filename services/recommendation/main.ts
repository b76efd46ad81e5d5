import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { RecommendationServiceDefinition } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { consume } from '@shopverse/mesh/events/consume';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import { settings } from './config.ts';
import { onCartItemAdded } from './consumers/on-cart-item-added.ts';
import { onOrderConfirmed } from './consumers/on-order-confirmed.ts';
import { onProductCreated } from './consumers/on-product-created.ts';
import { onProductDeleted } from './consumers/on-product-deleted.ts';
import { onProductUpdated } from './consumers/on-product-updated.ts';
import { onProductViewed } from './consumers/on-product-viewed.ts';
import { onStockChanged } from './consumers/on-stock-changed.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { forgetEvents } from './jobs/forget-events.ts';
import { refreshSimilar } from './jobs/refresh-similar.ts';
import { CategoryNames } from './rpc/category-names.ts';
import { getRecommendations } from './rpc/get-recommendations.ts';
import { listSimilarProducts } from './rpc/list-similar-products.ts';
import { listTrendingProducts } from './rpc/list-trending-products.ts';
import { indexes } from './store/documents.ts';
import { Inbox } from './store/inbox.ts';
import { ProductStore } from './store/product-store.ts';
import { RankedLists } from './store/ranked-lists.ts';
import { keepScale } from './store/scale.ts';
import { ShopperStore } from './store/shopper-store.ts';
import { SimilarStore } from './store/similar-store.ts';

/** Purchases that are remembered of a shopper. */
const PURCHASES = 200;
const HOUR_MS = 3_600_000;

await runService('recommendation', settings, async (service) => {
  const { config, log } = service;
  const database = await openMongo(service, { url: config.MONGODB_URL, indexes });
  const halfLives = { popularMs: config.POPULAR_HALF_LIFE_MS, trendingMs: config.TRENDING_HALF_LIFE_MS };
  await keepScale(database, halfLives);

  const inbox = new Inbox(database);
  const products = new ProductStore(database);
  const shoppers = new ShopperStore(database, { recent: config.HISTORY_LENGTH, bought: PURCHASES });
  const similar = new SimilarStore(database);
  const lists = new RankedLists(products, halfLives, config.NEW_PRODUCT_MS);
  const categories = new CategoryNames(service.client(ProductServiceDefinition, 'product'));
  const halfLifeMs = halfLives.popularMs;
  const arrangement = { maxOfCategory: config.MAX_OF_CATEGORY, exploreEvery: config.EXPLORE_EVERY };
  const picking = { similar, products, lists, halfLifeMs, justBoughtMs: config.JUST_BOUGHT_MS, arrangement };

  service.serve(RecommendationServiceDefinition, {
    getRecommendations: getRecommendations({ ...picking, shoppers, categories, picksMaxAgeMs: config.PICKS_MAX_AGE_MS }),
    listSimilarProducts: listSimilarProducts({ similar, products, categories }),
    listTrendingProducts: listTrendingProducts({ lists, products, categories }),
  });

  await consume(service, {
    group: 'recommendation',
    handlers: [
      onProductCreated({ products }),
      onProductUpdated({ products }),
      onProductDeleted({ products }),
      onStockChanged({ products }),
      onProductViewed({ inbox, shoppers, products, halfLives }),
      onCartItemAdded({ inbox, shoppers, products, halfLives }),
      onOrderConfirmed({ inbox, shoppers, products, halfLives }),
      onUserDeleted({ shoppers, users: service.client(UserServiceDefinition, 'user') }),
    ],
  });

  const refresh = { ...picking, shoppers, shoppersPerProduct: config.SIMILAR_SHOPPERS, length: config.SIMILAR_LENGTH };
  every(service, 'refresh-similar', { intervalMs: config.SIMILAR_REFRESH_INTERVAL_MS }, refreshSimilar(refresh));
  every(service, 'category-names', { intervalMs: config.CATEGORY_NAMES_INTERVAL_MS, atOnce: true }, () => categories.refresh());
  every(service, 'forget-events', { intervalMs: HOUR_MS }, forgetEvents({ inbox, retentionMs: config.INBOX_RETENTION_MS, log }));
});
