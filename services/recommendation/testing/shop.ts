import { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type {
  GetRecommendationsResponse,
  ListSimilarProductsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import type { EventHandler } from '@shopverse/mesh/events/handler';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import type { Call } from '@shopverse/mesh/rpc/call';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import type { Db } from 'mongodb';
import { onCartItemAdded } from '../consumers/on-cart-item-added.ts';
import { onOrderConfirmed } from '../consumers/on-order-confirmed.ts';
import { onProductCreated } from '../consumers/on-product-created.ts';
import { onProductDeleted } from '../consumers/on-product-deleted.ts';
import { onProductUpdated } from '../consumers/on-product-updated.ts';
import { onProductViewed } from '../consumers/on-product-viewed.ts';
import { onStockChanged } from '../consumers/on-stock-changed.ts';
import type { RecordDeps } from '../consumers/record-interactions.ts';
import { refreshSimilar } from '../jobs/refresh-similar.ts';
import type { PickDeps } from '../picking/pick-for-shopper.ts';
import { getRecommendations } from '../rpc/get-recommendations.ts';
import { listSimilarProducts } from '../rpc/list-similar-products.ts';
import { listTrendingProducts } from '../rpc/list-trending-products.ts';
import { indexes } from '../store/documents.ts';
import { Inbox } from '../store/inbox.ts';
import { ProductStore } from '../store/product-store.ts';
import { RankedLists } from '../store/ranked-lists.ts';
import { ShopperStore } from '../store/shopper-store.ts';
import { SimilarStore } from '../store/similar-store.ts';
import { newDelivery, orderOf, type Delivery } from './deliveries.ts';
import { stateOf } from './state.ts';

/** A day in which interest halves, for both lists: easy to reckon with. */
export const HALF_LIVES = { popularMs: 86_400_000, trendingMs: 86_400_000 };

const DAY_MS = 86_400_000;
const CATEGORY_NAMES: Readonly<Record<string, string>> = { kitchen: 'Kitchen', tools: 'Tools' };
const categories = { nameOf: (id: string) => CATEGORY_NAMES[id] ?? '' };

/** The recommendation service's parts in this process, on a real database. */
export class Shop {
  readonly database: Db;
  readonly deps: RecordDeps & { readonly products: ProductStore; readonly shoppers: ShopperStore; readonly inbox: Inbox };
  readonly similar: SimilarStore;
  readonly #scene: Scene;
  /** Empties the database, as if nothing had ever happened. */
  readonly reset: () => Promise<void>;

  private constructor(scene: Scene, database: Db) {
    this.#scene = scene;
    this.database = database;
    const shoppers = new ShopperStore(database, { recent: 50, bought: 200 });
    this.deps = { inbox: new Inbox(database), shoppers, products: new ProductStore(database), halfLives: HALF_LIVES };
    this.similar = new SimilarStore(database);
    this.reset = async () => {
      for (const name of ['products', 'shoppers', 'similar', 'inbox']) await database.collection(name).deleteMany({});
    };
  }

  static async open(): Promise<Shop> {
    const scene = await openScene(['mongodb']);
    return new Shop(
      scene,
      await openMongo(scene.host('recommendation'), { url: scene.stack.addresses.mongodb('recommendation'), indexes }),
    );
  }

  created(
    productId: string,
    { categoryId = 'kitchen', available = 5n, name = `Product ${productId}`, active = true, createdAt = new Date(1) } = {},
  ): Delivery {
    const product = Product.fromPartial({ id: productId, name, categoryId, available, active, createdAt });
    return newDelivery('shopverse.product.v1.ProductCreated', { productId, product });
  }

  updated(productId: string, updatedAt: Date, { active = true, name = `Product ${productId}`, categoryId = 'kitchen' } = {}): Delivery {
    const product = Product.fromPartial({ id: productId, name, categoryId, active });
    return newDelivery('shopverse.product.v1.ProductUpdated', { productId, product, updatedAt });
  }

  deleted(productId: string): Delivery {
    return newDelivery('shopverse.product.v1.ProductDeleted', { productId, deletedAt: new Date() });
  }

  stock(productId: string, available: bigint, version: bigint): Delivery {
    return newDelivery('shopverse.product.v1.StockChanged', { productId, available, version, changedAt: new Date() });
  }

  viewed(userId: string, productId: string, viewedAt = new Date()): Delivery {
    return newDelivery('shopverse.product.v1.ProductViewed', { userId, productId, categoryId: '', viewedAt });
  }

  carted(userId: string, productId: string, addedAt = new Date()): Delivery {
    return newDelivery('shopverse.order.v1.CartItemAdded', { userId, productId, quantity: 3, addedAt });
  }

  ordered(customerId: string, productIds: readonly string[], confirmedAt = new Date()): Delivery {
    return newDelivery('shopverse.order.v1.OrderConfirmed', orderOf(customerId, productIds, confirmedAt));
  }

  /** Delivers in order. @param deps what the consumers work with, when it is to break */
  async deliver(deliveries: readonly Delivery[], deps: RecordDeps = this.deps): Promise<void> {
    const makers = [
      onProductCreated,
      onProductUpdated,
      onProductDeleted,
      onStockChanged,
      onProductViewed,
      onCartItemAdded,
      onOrderConfirmed,
    ];
    const handlers = new Map<string, EventHandler>(makers.map((make) => make(deps)).map((handler) => [handler.type, handler]));
    for (const { type, payload, event } of deliveries) await handlers.get(type)?.handle(payload, event);
  }

  /** What picks are made of, with lists that are read anew. */
  picking(): PickDeps {
    return {
      similar: this.similar,
      products: this.deps.products,
      lists: this.lists(),
      halfLifeMs: HALF_LIVES.popularMs,
      justBoughtMs: 30 * DAY_MS,
      arrangement: { maxOfCategory: 6, exploreEvery: 10 },
    };
  }

  lists(): RankedLists {
    return new RankedLists(this.deps.products, HALF_LIVES, 14 * DAY_MS);
  }

  /** Runs the job until nothing is new. */
  async refresh(): Promise<void> {
    const job = refreshSimilar({
      ...this.deps,
      ...this.picking(),
      similar: this.similar,
      products: this.deps.products,
      shoppersPerProduct: 200,
      support: 20,
      length: 30,
      shoppersPerRun: 50,
    });
    while ((await this.deps.shoppers.fresh(1)).length > 0) await job(new AbortController().signal);
  }

  /** @param picksMaxAgeMs age from which on picks are made anew */
  async recommendations(userId: string, limit = 10, picksMaxAgeMs = 60_000): Promise<GetRecommendationsResponse> {
    const call = { caller: { userId, role: 'CUSTOMER', email: '', sessionId: '' } } as unknown as Call;
    return getRecommendations({ ...this.deps, ...this.picking(), products: this.deps.products, categories, picksMaxAgeMs })(
      { limit },
      call,
    );
  }

  async similarTo(id: string, limit = 10): Promise<ListSimilarProductsResponse> {
    return listSimilarProducts({ similar: this.similar, products: this.deps.products, categories })({ id, limit }, {} as Call);
  }

  async trending(limit = 10): Promise<string[]> {
    const { products } = await listTrendingProducts({ lists: this.lists(), products: this.deps.products, categories })(
      { limit },
      {} as Call,
    );
    return products.map(({ productId }) => productId);
  }

  state(): Promise<unknown> {
    return stateOf(this.database);
  }

  async close(): Promise<void> {
    await this.#scene.close();
  }
}
