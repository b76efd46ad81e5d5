import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import type {
  GetRecommendationsResponse,
  ListSimilarProductsResponse,
} from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import type { EventHandler, ReceivedEvent } from '@shopverse/mesh/events/handler';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
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

/** A day in which interest halves, for both lists: easy to reckon with. */
export const HALF_LIVES = { popularMs: 86_400_000, trendingMs: 86_400_000 };

const DAY_MS = 86_400_000;
const CATEGORY_NAMES: Readonly<Record<string, string>> = { kitchen: 'Kitchen', tools: 'Tools' };
const categories = { nameOf: (id: string) => CATEGORY_NAMES[id] ?? '' };

/** An event on its way to the consumers; the same object delivered again is the same event. */
export interface Delivery {
  readonly type: EventName;
  readonly payload: Uint8Array;
  readonly event: ReceivedEvent;
}

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

  /** A new event of a partition of its topic. */
  event<Name extends EventName>(type: Name, message: EventMessage<Name>, partition = 0): Delivery {
    const { codec, topic } = eventTypes[type] as unknown as { topic: string; codec: { encode(m: object): { finish(): Uint8Array } } };
    const origin = { id: newId(), source: '/shopverse/test', type, subject: 's', time: new Date(), topic, partition, offset: '0' };
    return { type, payload: codec.encode(message).finish(), event: { ...origin, signal: new AbortController().signal } };
  }

  created(
    productId: string,
    { categoryId = 'kitchen', available = 5n, name = `Product ${productId}`, active = true, createdAt = new Date(1) } = {},
  ): Delivery {
    const product = Product.fromPartial({ id: productId, name, categoryId, available, active, createdAt });
    return this.event('shopverse.product.v1.ProductCreated', { productId, product });
  }

  updated(productId: string, updatedAt: Date, { active = true, name = `Product ${productId}`, categoryId = 'kitchen' } = {}): Delivery {
    const product = Product.fromPartial({ id: productId, name, categoryId, active });
    return this.event('shopverse.product.v1.ProductUpdated', { productId, product, updatedAt });
  }

  deleted(productId: string): Delivery {
    return this.event('shopverse.product.v1.ProductDeleted', { productId, deletedAt: new Date() });
  }

  stock(productId: string, available: bigint, version: bigint): Delivery {
    return this.event('shopverse.product.v1.StockChanged', { productId, available, version, changedAt: new Date() });
  }

  viewed(userId: string, productId: string, viewedAt = new Date()): Delivery {
    return this.event('shopverse.product.v1.ProductViewed', { userId, productId, categoryId: '', viewedAt });
  }

  carted(userId: string, productId: string, addedAt = new Date()): Delivery {
    return this.event('shopverse.order.v1.CartItemAdded', { userId, productId, quantity: 3, addedAt });
  }

  ordered(customerId: string, productIds: readonly string[], confirmedAt = new Date()): Delivery {
    const lines = productIds.map((productId) => ({ productId, sku: '', name: '', quantity: 3, unitPrice: undefined, total: undefined }));
    return this.event('shopverse.order.v1.OrderConfirmed', {
      orderId: newId(),
      customerId,
      lines,
      total: undefined,
      paymentId: 'p',
      confirmedAt,
    });
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

  /** Everything that recommendations are made of, without what differs between two equal histories (versions, moments of processing). */
  async state(): Promise<unknown> {
    const products = await this.database.collection<{ _id: string; popular: number | null }>('products').find().sort({ _id: 1 }).toArray();
    const shoppers = await this.database.collection<{ _id: string }>('shoppers').find().sort({ _id: 1 }).toArray();
    const round = (rank: number | null) => (rank === null ? null : Math.round(rank * 1e9) / 1e9);
    return {
      products: products.map(({ popular, ...rest }) => ({ ...without(rest, 'version', 'counted', 'trending'), popular: round(popular) })),
      shoppers: shoppers.map((shopper) => without(shopper, 'version', 'freshSince', 'lastAt', 'picks', 'shortlist', 'pickedAt')),
    };
  }

  async close(): Promise<void> {
    await this.#scene.close();
  }
}

function without(document: object, ...fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !fields.includes(name)));
}
