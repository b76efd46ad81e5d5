import { join } from 'node:path';
import { credentials as Credentials, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { CategoryServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/category_service';
import { ImportServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/import_service';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import {
  ListProductsRequest,
  ProductServiceDefinition,
  type AdjustStockRequest,
  type CreateProductRequest,
  type ListProductsResponse,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import { StockMovementKind, type Product, type Stock } from '@shopverse/contracts/shopverse/product/v1/product';
import type { EventType } from '@shopverse/contracts/event-types';
import type { EventHandler } from '@shopverse/mesh/events/handler';
import { Bells } from '@shopverse/mesh/events/bells';
import { openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { Failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import { openClient, type OpenClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { errorInfo } from '@shopverse/mesh/rpc/status';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { sql, type RawBuilder } from 'kysely';
import { workOff } from '../imports/work-off.ts';
import type { ClaimedImport } from '../store/import-claims.ts';
import { endExpiredReservations } from '../jobs/end-expired-reservations.ts';
import { runImports, tidyUpImports } from '../jobs/run-imports.ts';
import { adjustStock, listStockMovements } from '../rpc/adjust-stock.ts';
import { categoryHandlers } from '../rpc/categories.ts';
import { createProduct } from '../rpc/create-product.ts';
import { commitReservation, releaseReservation } from '../rpc/end-reservation.ts';
import { importHandlers } from '../rpc/import-handlers.ts';
import { listProductPrices } from '../rpc/list-product-prices.ts';
import { listProducts } from '../rpc/list-products.ts';
import { toProductMessage } from '../rpc/product-message.ts';
import { batchGetProducts, getProduct, listCategories } from '../rpc/read-products.ts';
import { reserveStock } from '../rpc/reserve-stock.ts';
import { deleteProduct, updateProduct } from '../rpc/update-product.ts';
import { startCategoryTree } from '../store/category-tree.ts';
import { migrations } from '../store/migrations/migrations.ts';
import { startOrderStatesServer, type OrderStatesServer } from './order-states-server.ts';

/** A caller's way to the service. */
export type ProductClient = RpcClient<typeof ProductServiceDefinition>;
/** An admin's way to the category tree. */
export type CategoryClient = RpcClient<typeof CategoryServiceDefinition>;

/** An admin's way to imports. */
export type ImportClient = RpcClient<typeof ImportServiceDefinition>;

/** The reason of the contract with which a call was refused, as it travelled. @throws what is no refusal */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  return (await refusedWith(call)).reason;
}

/** The facts for machines that a refusal carried, as they travelled. @throws what is no refusal */
export async function metadataOf(call: Promise<unknown>): Promise<Readonly<Record<string, string>>> {
  return (await refusedWith(call)).metadata;
}

/** The sentence with which a call was refused, as it travelled. @throws what is no refusal */
export async function messageOf(call: Promise<unknown>): Promise<string> {
  return (await refusedWith(call)).message;
}

async function refusedWith(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error('The call was not refused.'),
    (refused: unknown) => refused,
  );
  const cause = error instanceof Failure ? (error.options.cause as ServiceError | undefined) : undefined;
  const info = cause === undefined ? undefined : errorInfo(cause.metadata);
  if (info === undefined || cause === undefined) throw error;
  return { ...info, message: cause.details };
}

interface ImportJobOptions {
  readonly batchRows?: number;
  readonly clock?: () => Date;
  readonly signal?: AbortSignal;
}

interface AdjustOptions {
  readonly idempotencyKey?: string;
  readonly userId?: string;
}

/** Time to live of the reservations of the tests, in milliseconds. */
const TTL_MS = 600_000;
const AGAIN_MS = 30_000;
/** Largest file of an import, in bytes. */
export const MAX_FILE_BYTES = 8_000_000;
/** Longest row of a file, in bytes. */
export const MAX_ROW_BYTES = 20_000;
/** There are few of a product when no more than this can be ordered. */
export const LOW_AT = 3n;

/** The product service in this process: its own PostgreSQL, callers across mutual TLS, and a real order server for the sweeper. */
export class ProductScene {
  readonly host: TestHost;
  readonly database: Postgres;
  readonly url: string;
  readonly orders: OrderStatesServer;
  /** What was published with best effort. */
  readonly views: { readonly type: string; readonly message: unknown }[] = [];
  readonly #scene: Scene;
  readonly #clients = new Map<string, OpenClient<typeof ProductServiceDefinition>>();
  readonly #closing: (() => Promise<void> | void)[] = [];
  #categories: CategoryClient | undefined;
  #imports: ImportClient | undefined;
  /** Where imports are watched. */
  importTarget: { readonly target: string; readonly credentials: ChannelCredentials } = {
    target: '',
    credentials: Credentials.createInsecure(),
  };
  readonly bells = new Bells({ most: 3 });
  #sweep: (signal: AbortSignal) => Promise<void> = async () => undefined;

  private constructor(parts: { scene: Scene; host: TestHost; database: Postgres; url: string; orders: OrderStatesServer }) {
    this.#scene = parts.scene;
    this.host = parts.host;
    this.database = parts.database;
    this.url = parts.url;
    this.orders = parts.orders;
  }

  static async open(): Promise<ProductScene> {
    const scene = await openScene(['postgres']);
    const { folder } = scene.stack.home;
    const authority = await CertificateAuthority.open(join(folder, 'test-authority'));
    for (const workload of ['order', 'edge', 'product', 'payment']) await authority.issueInto(join(folder, `test-${workload}`), workload);
    const credentials = (workload: string) => new WorkloadCredentials(join(folder, `test-${workload}`));
    const host = scene.host('product');
    const url = scene.stack.addresses.database('product');
    const database = await openPostgres(host, { url, migrations, poolSize: 20 });
    const orders = await startOrderStatesServer(credentials('order'));
    const opened = new ProductScene({ scene, host, database, url, orders });
    await opened.#serve(credentials);
    return opened;
  }

  /** The folder of a workload's certificates. */
  certificates(workload: string): string {
    return join(this.#scene.stack.home.folder, `test-${workload}`);
  }

  /** Calls the service as a workload, for a user if there is one. */
  async as<T>(
    peer: 'order' | 'edge' | 'payment',
    caller: Partial<Caller> | undefined,
    run: (client: ProductClient) => Promise<T>,
  ): Promise<T> {
    const identity = caller && { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '', ...caller };
    const call = { caller: identity, requestId: newId(), deadline: Infinity, signal: new AbortController().signal };
    const { client } = this.#clients.get(peer) ?? fail();
    return currentCall.run(call as unknown as Call, () => run(client));
  }

  /** An admin's calls that change the category tree. */
  async tree<T>(run: (client: CategoryClient) => Promise<T>): Promise<T> {
    const caller = { userId: newId(), role: 'ADMIN', email: '', sessionId: '' };
    const call = { caller, requestId: newId(), deadline: Infinity, signal: new AbortController().signal };
    return currentCall.run(call as unknown as Call, () => run(this.#categories ?? fail()));
  }

  /** An admin's calls that import and export. */
  async imports<T>(run: (client: ImportClient) => T | Promise<T>, caller: Partial<Caller> = {}): Promise<T> {
    const identity = { userId: newId(), role: 'ADMIN', email: '', sessionId: '', ...caller };
    const call = { caller: identity, requestId: newId(), deadline: Infinity, signal: new AbortController().signal };
    return currentCall.run(call as unknown as Call, async () => run(this.#imports ?? fail()));
  }

  /** One run of the job that works off imports, as a replica does it. */
  runImports({ signal = new AbortController().signal, ...options }: ImportJobOptions = {}): Promise<void> {
    return runImports(this.#importJob(options))(signal);
  }

  /** What a replica does with an import that it has claimed. */
  workOff(claimed: ClaimedImport | undefined, signal = new AbortController().signal): Promise<void> {
    return claimed === undefined ? fail() : workOff(this.#importJob({}), claimed, signal);
  }

  #importJob({ batchRows = 100, clock = () => new Date() }: ImportJobOptions) {
    const onProgress = (importId: string) => this.bells.ring(importId);
    const deps = {
      database: this.database,
      log: this.host.log,
      clock,
      lowAt: LOW_AT,
      currency: 'INR',
      toMessage: toProductMessage,
      onProgress,
    };
    return { ...deps, batchRows, leaseMs: 30_000, maxRowBytes: MAX_ROW_BYTES };
  }

  /** One run of the job that deletes what imports leave behind. */
  tidyUpImports({ uploadMs = 3_600_000, keepMs = 3_600_000 } = {}): Promise<void> {
    return tidyUpImports({ database: this.database }, { uploadMs, keepMs })();
  }

  /** The order service's calls. */
  order<T>(run: (client: ProductClient) => Promise<T>): Promise<T> {
    return this.as('order', undefined, run);
  }

  /** A visitor's calls. */
  visitor<T>(run: (client: ProductClient) => Promise<T>): Promise<T> {
    return this.as('edge', undefined, run);
  }

  /** A visitor's list. */
  list(wanted: Partial<ListProductsRequest>): Promise<ListProductsResponse> {
    return this.visitor((client) => client.listProducts({ ...ListProductsRequest.fromPartial({}), ...wanted }));
  }

  /** Adds a category; answers its id. */
  async category(name: string, parentId: string | null = null): Promise<string> {
    const id = newId();
    await this.rows(sql`insert into categories (id, name, slug, parent_id) values (${id}, ${name}, ${`c-${id}`}, ${parentId})`);
    return id;
  }

  /** Adds a product as an admin. */
  async product(change: Partial<CreateProductRequest> & { readonly categoryId: string }, idempotencyKey?: string): Promise<Product> {
    const request: CreateProductRequest = {
      sku: '',
      name: 'Steel kettle',
      description: '',
      brand: 'Kavira',
      price: { currencyCode: 'INR', units: 1_299n, nanos: 0 },
      imageUrls: [],
      attributes: [],
      initialStock: 10n,
      ...change,
    };
    return this.as('edge', { role: 'ADMIN' }, (client) =>
      client.createProduct(request, idempotencyKey === undefined ? {} : { idempotencyKey }),
    );
  }

  /** Adds to what is on hand, or takes from it, as an admin. */
  adjust(productId: string, change: bigint, more: Partial<AdjustStockRequest> & AdjustOptions = {}): Promise<Stock> {
    const { idempotencyKey = newId(), userId = newId(), ...fields } = more;
    const request = { productId, change, kind: StockMovementKind.UNSPECIFIED, reason: 'stocktaking', ...fields };
    return this.as('edge', { role: 'ADMIN', userId }, (client) => client.adjustStock(request, { idempotencyKey }));
  }

  /** Hands an event to its consumer, as Kafka would. */
  async deliver<Name extends string, Message>(
    handler: EventHandler,
    type: EventType<Name, Message>,
    message: Message,
    id = newId(),
  ): Promise<void> {
    const { signal } = new AbortController();
    const event = {
      id,
      type: type.type,
      source: '/shopverse/order',
      subject: type.key(message),
      time: new Date(),
      topic: type.topic,
      partition: 0,
      offset: '0',
      signal,
    };
    await handler.handle(type.codec.encode(message).finish(), event);
  }

  /** One run of the sweeper. */
  sweep(): Promise<void> {
    return this.#sweep(new AbortController().signal);
  }

  /** The server as its administrator sees it. */
  observer(): Promise<Postgres> {
    const url = new URL(this.url);
    [url.username, url.password, url.pathname] = ['postgres', this.#scene.stack.secrets.postgres, '/postgres'];
    return openPostgres(this.#scene.host('observer'), { url: url.href });
  }

  /** The rows of a statement. */
  async rows<Row>(query: RawBuilder<Row>): Promise<Row[]> {
    return (await query.execute(this.database.sql)).rows;
  }

  /** The types of the events about an aggregate in the outbox, oldest first. */
  async events(aggregateId: string): Promise<string[]> {
    const rows = await this.rows(sql<{ type: string }>`select type from outbox where aggregateid = ${aggregateId} order by position`);
    return rows.map(({ type }) => type.replace('shopverse.product.v1.', ''));
  }

  /** What there is of a product. */
  async stock(productId: string): Promise<{ onHand: number; reserved: number; version: number }> {
    const [row] = await this.rows(
      sql<{
        on_hand: string;
        reserved: string;
        version: string;
      }>`select on_hand, reserved, version from stock where product_id = ${productId}`,
    );
    return { onHand: Number(row?.on_hand), reserved: Number(row?.reserved), version: Number(row?.version) };
  }

  /** Products for which the figures, the ledger and the active reservations disagree. There are never any. */
  async disagreements(): Promise<unknown[]> {
    return this.rows(sql`
      select s.product_id, s.on_hand, s.reserved, ledger.on_hand as ledger_on_hand, ledger.reserved as ledger_reserved, active.reserved as active
      from stock s
      cross join lateral (
        select coalesce(sum(on_hand_change), 0) as on_hand, coalesce(sum(reserved_change), 0) as reserved
        from stock_movements m where m.product_id = s.product_id
      ) ledger
      cross join lateral (
        select coalesce(sum(i.quantity), 0) as reserved
        from reservation_items i join reservations r on r.order_id = i.order_id and r.state = 'ACTIVE' where i.product_id = s.product_id
      ) active
      where s.on_hand <> ledger.on_hand or s.reserved <> ledger.reserved or s.reserved <> active.reserved or s.on_hand < 0 or s.reserved > s.on_hand`);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.toReversed()) await close();
    await this.orders.close();
    await this.#scene.close();
  }

  async #serve(credentials: (workload: string) => WorkloadCredentials): Promise<void> {
    const { database, host } = this;
    const clock = () => new Date();
    const tree = startCategoryTree(host, database, { maxEntries: 1_000, timeToLiveMs: 60_000 });
    const views = { publish: ({ type }: { readonly type: string }, message: unknown) => void this.views.push({ type, message }) };
    const server = new RpcServer({ credentials: credentials('product').server(), log: host.log });
    server.add(ProductServiceDefinition, {
      listProducts: listProducts({ database, currency: 'INR' }),
      getProduct: getProduct({ database, views, clock }),
      createProduct: createProduct({ database, clock, currency: 'INR' }),
      updateProduct: updateProduct({ database, clock, lowAt: LOW_AT }),
      deleteProduct: deleteProduct({ database, clock }),
      listProductPrices: listProductPrices({ database }),
      adjustStock: adjustStock({ database, clock, lowAt: LOW_AT }),
      listStockMovements: listStockMovements({ database }),
      listCategories: listCategories({ tree }),
      batchGetProducts: batchGetProducts({ database }),
      reserveStock: reserveStock({ database, timeToLiveMs: TTL_MS, clock, lowAt: LOW_AT }),
      commitReservation: commitReservation({ database, clock }),
      releaseReservation: releaseReservation({ database, clock }),
    });
    server.add(CategoryServiceDefinition, categoryHandlers({ database, clock, tree }));
    server.add(
      ImportServiceDefinition,
      importHandlers({
        database,
        bells: this.bells,
        onProgress: (importId) => this.bells.ring(importId),
        maxBytes: MAX_FILE_BYTES,
        maxStagedBytes: 2 * MAX_FILE_BYTES,
        pollMs: 200,
        lifeMs: 60_000,
        stopping: new AbortController().signal,
      }),
    );
    const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
    const categories = openClient(CategoryServiceDefinition, {
      name: 'product',
      target,
      credentials: credentials('edge').channel('product'),
    });
    this.#categories = categories.client;
    this.#closing.push(() => categories.close());
    const imports = openClient(ImportServiceDefinition, { name: 'product', target, credentials: credentials('edge').channel('product') });
    this.#imports = imports.client;
    this.importTarget = { target, credentials: credentials('edge').channel('product') };
    this.#closing.push(() => imports.close());
    this.#closing.push(() => server.drain(1_000));
    for (const peer of ['order', 'edge', 'payment']) {
      const open = openClient(ProductServiceDefinition, { name: 'product', target, credentials: credentials(peer).channel('product') });
      this.#clients.set(peer, open);
      this.#closing.push(() => open.close());
    }
    const orders = openClient(OrderServiceDefinition, {
      name: 'order',
      target: `127.0.0.1:${this.orders.port}`,
      credentials: credentials('product').channel('order'),
    });
    this.#closing.push(() => orders.close());
    this.#sweep = endExpiredReservations({ database, orders: orders.client, againMs: AGAIN_MS, log: host.log, clock });
  }
}

function fail(): never {
  throw new Error('The scene is not open yet.');
}
