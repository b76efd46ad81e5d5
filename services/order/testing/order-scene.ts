import { join } from 'node:path';
import type { MessageOf } from '@shopverse/contracts/event-types';
import { eventTypes } from '@shopverse/contracts/event-types';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import type { EventHandler } from '@shopverse/mesh/events/handler';
import { openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { onPaymentFailed } from '../consumers/on-payment-failed.ts';
import { onPaymentSucceeded } from '../consumers/on-payment-succeeded.ts';
import { cancelOrder } from '../rpc/cancel-order.ts';
import { createOrder } from '../rpc/create-order.ts';
import { batchGetOrderStates, getOrder, getOrderForPayment } from '../rpc/get-order.ts';
import { listMyOrders } from '../rpc/list-orders.ts';
import { entities } from '../store/entities.ts';
import { migrations } from '../store/migrations/migrations.ts';
import { CatalogueServer } from './catalogue-server.ts';

type Client = RpcClient<typeof OrderServiceDefinition>;
type PaymentSucceeded = MessageOf<(typeof eventTypes)['shopverse.payment.v1.PaymentSucceeded']>;

/** The order service in this process: its own PostgreSQL, a real product server across mutual TLS, and clients as the edge and its peers have them. */
export class OrderScene {
  readonly scene: Scene;
  readonly host: TestHost;
  readonly database: Postgres;
  readonly catalogue: CatalogueServer;
  readonly certificates: string;
  /** The server's clock, set by tests that need another time. */
  now: () => Date = () => new Date();
  readonly #closing: (() => Promise<void> | void)[] = [];
  readonly #clients = new Map<string, Client>();
  productPort = 0;

  private constructor(scene: Scene, host: TestHost, database: Postgres, catalogue: CatalogueServer, certificates: string) {
    this.scene = scene;
    this.host = host;
    this.database = database;
    this.catalogue = catalogue;
    this.certificates = certificates;
  }

  static async open(): Promise<OrderScene> {
    const scene = await openScene(['postgres']);
    return OrderScene.#openIn(scene).catch(async (error: unknown) => {
      await scene.close();
      throw error;
    });
  }

  static async #openIn(scene: Scene): Promise<OrderScene> {
    const host = scene.host('order');
    const database = await openPostgres(host, { url: scene.stack.addresses.database('order'), entities, migrations });
    const certificates = join(scene.stack.home.folder, 'test-certificates');
    const authority = await CertificateAuthority.open(join(certificates, 'authority'));
    for (const workload of ['order', 'product', 'edge', 'payment']) await authority.issueInto(join(certificates, workload), workload);
    const credentials = (workload: string) => new WorkloadCredentials(join(certificates, workload));
    const opened = new OrderScene(scene, host, database, new CatalogueServer(credentials('product')), certificates);
    await opened.#serve(credentials);
    return opened;
  }

  /** Calls the order service as `workload` on behalf of `caller`. */
  async as<T>(caller: Partial<Caller> | undefined, run: (client: Client) => Promise<T>, workload = 'edge'): Promise<T> {
    const client = this.#clients.get(workload);
    if (client === undefined) throw new Error(`No client of ${workload}.`);
    const call = {
      caller: caller === undefined ? undefined : { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '', ...caller },
      requestId: newId(),
      deadline: Infinity,
      signal: new AbortController().signal,
    };
    return currentCall.run(call as unknown as Call, () => run(client));
  }

  /** Delivers a payment's success as Kafka would, with `eventId` for its id. */
  async paymentSucceeded(message: Partial<PaymentSucceeded>, eventId = newId()): Promise<void> {
    const type = eventTypes['shopverse.payment.v1.PaymentSucceeded'];
    const whole = { paymentId: newId(), orderId: '', customerId: newId(), amount: undefined, provider: 'razorpay', method: 'upi', succeededAt: new Date(), ...message }; // prettier-ignore
    await this.#deliver(onPaymentSucceeded(this.#deps()), type.codec.encode(whole).finish(), eventId);
  }

  /** Delivers a payment's failure as Kafka would. */
  async paymentFailed(orderId: string, reason = 'declined', eventId = newId()): Promise<void> {
    const type = eventTypes['shopverse.payment.v1.PaymentFailed'];
    const message = {
      paymentId: newId(),
      orderId,
      customerId: newId(),
      amount: undefined,
      provider: 'razorpay',
      reason,
      failedAt: new Date(),
    };
    await this.#deliver(onPaymentFailed(this.#deps()), type.codec.encode(message).finish(), eventId);
  }

  /** The types of an order's events in the outbox, oldest first. */
  async events(orderId: string): Promise<string[]> {
    const { rows } = await sql<{ type: string }>`select type from outbox where aggregateid = ${orderId} order by position`.execute(
      this.database.sql,
    );
    return rows.map(({ type }) => type.replace('shopverse.order.v1.', ''));
  }

  /** Rows of a table. */
  async rows<Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> {
    return (await query.execute(this.database.sql)).rows;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    await this.scene.close();
  }

  #deps() {
    return { database: this.database, log: this.host.log, clock: () => this.now() };
  }

  async #deliver(handler: EventHandler, payload: Uint8Array, eventId: string): Promise<void> {
    const event = { id: eventId, type: handler.type, topic: handler.topic, signal: new AbortController().signal };
    await handler.handle(payload, event as Parameters<EventHandler['handle']>[1]);
  }

  async #serve(credentials: (workload: string) => WorkloadCredentials): Promise<void> {
    this.productPort = await this.catalogue.listen();
    this.#closing.push(() => this.catalogue.close());
    const products = openClient(ProductServiceDefinition, {
      name: 'product',
      target: `127.0.0.1:${this.productPort}`,
      credentials: credentials('order').channel('product'),
    });
    this.#closing.push(() => products.close());
    const server = new RpcServer({ credentials: credentials('order').server(), log: this.host.log });
    const deps = this.#deps();
    server.add(OrderServiceDefinition, {
      createOrder: createOrder({ ...deps, products: products.client }),
      getOrder: getOrder(deps),
      listMyOrders: listMyOrders(deps),
      cancelOrder: cancelOrder(deps),
      getOrderForPayment: getOrderForPayment(deps),
      batchGetOrderStates: batchGetOrderStates(deps),
    });
    const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
    this.#closing.push(() => server.drain(1_000));
    for (const workload of ['edge', 'payment', 'product']) {
      const open = openClient(OrderServiceDefinition, { name: 'order', target, credentials: credentials(workload).channel('order') });
      this.#clients.set(workload, open.client);
      this.#closing.push(() => open.close());
    }
  }
}
