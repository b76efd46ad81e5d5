import type { RecommendationServiceDefinition } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import type { Config } from '@shopverse/mesh/config/read';
import type { EventHandler } from '@shopverse/mesh/events/handler';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import type { Db } from 'mongodb';
import type { settings } from './config.ts';
import { onCartItemAdded } from './consumers/on-cart-item-added.ts';
import { onOrderConfirmed } from './consumers/on-order-confirmed.ts';
import { onProductCreated } from './consumers/on-product-created.ts';
import { onProductDeleted } from './consumers/on-product-deleted.ts';
import { onProductUpdated } from './consumers/on-product-updated.ts';
import { onProductViewed } from './consumers/on-product-viewed.ts';
import { onStockChanged } from './consumers/on-stock-changed.ts';
import { refreshSimilar } from './jobs/refresh-similar.ts';
import type { CategoryNames } from './rpc/category-names.ts';
import { getRecommendations } from './rpc/get-recommendations.ts';
import { listSimilarProducts } from './rpc/list-similar-products.ts';
import { listTrendingProducts } from './rpc/list-trending-products.ts';
import { Inbox } from './store/inbox.ts';
import { ProductStore } from './store/product-store.ts';
import { RankedLists } from './store/ranked-lists.ts';
import { ShopperStore } from './store/shopper-store.ts';
import { SimilarStore } from './store/similar-store.ts';

/** Purchases that are remembered of a shopper. */
const PURCHASES = 200;

/** The service's parts on its database; what runs them (a process, a benchmark) and how often is not said here. */
export interface Parts {
  readonly inbox: Inbox;
  readonly products: ProductStore;
  readonly shoppers: ShopperStore;
  /** What learns from events. Forgetting a user, which tells the user service, is not among them. */
  readonly learners: readonly EventHandler[];
  readonly handlers: Handlers<typeof RecommendationServiceDefinition>;
  /** One run of the job that works news into the lists. */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
}

/** Puts the service together as the settings say. */
export function assemble(database: Db, config: Config<typeof settings>, categories: Pick<CategoryNames, 'nameOf'>): Parts {
  const inbox = new Inbox(database);
  const products = new ProductStore(database);
  const shoppers = new ShopperStore(database, { recent: config.HISTORY_LENGTH, bought: PURCHASES });
  const similar = new SimilarStore(database);
  const halfLives = { popularMs: config.POPULAR_HALF_LIFE_MS, trendingMs: config.TRENDING_HALF_LIFE_MS };
  const lists = new RankedLists(products, halfLives, config.NEW_PRODUCT_MS);
  const record = { inbox, shoppers, products, halfLives };
  const picking = {
    similar,
    products,
    lists,
    halfLifeMs: halfLives.popularMs,
    justBoughtMs: config.JUST_BOUGHT_MS,
    arrangement: { maxOfCategory: config.MAX_OF_CATEGORY, exploreEvery: config.EXPLORE_EVERY },
  };
  return {
    inbox,
    products,
    shoppers,
    learners: [
      onProductCreated({ products }),
      onProductUpdated({ products }),
      onProductDeleted({ products }),
      onStockChanged({ products }),
      onProductViewed(record),
      onCartItemAdded(record),
      onOrderConfirmed(record),
    ],
    handlers: {
      getRecommendations: getRecommendations({ ...picking, shoppers, categories, picksMaxAgeMs: config.PICKS_MAX_AGE_MS }),
      listSimilarProducts: listSimilarProducts({ similar, products, categories }),
      listTrendingProducts: listTrendingProducts({ lists, products, categories }),
    },
    refresh: refreshSimilar({
      ...picking,
      shoppers,
      shoppersPerProduct: config.SIMILAR_SHOPPERS,
      support: config.SIMILAR_SUPPORT,
      length: config.SIMILAR_LENGTH,
      shoppersPerRun: config.SIMILAR_SHOPPERS_PER_RUN,
    }),
  };
}
