import { join } from 'node:path';
import { eventTypes, type EventMessage, type EventName } from '@shopverse/contracts/event-types';
import type { CartServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/cart_service';
import { CreateOrderRequest, type OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { EventHandler } from '@shopverse/mesh/events/handler';
import { openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import type { RpcClient } from '@shopverse/mesh/rpc/client';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { onPaymentCreated } from '../consumers/on-payment-created.ts';
import { onPaymentFailed } from '../consumers/on-payment-failed.ts';
import { onPaymentRefunded } from '../consumers/on-payment-refunded.ts';
import { onPaymentSucceeded } from '../consumers/on-payment-succeeded.ts';
import { CatalogueServer } from './catalogue-server.ts';
import { startReplica, type Replica, type ReplicaOptions } from './replica.ts';

/** What every order of the tests costs unless they say otherwise. */
export const TOTAL = toMessage({ currency: 'INR', minor: 50_000n });
export const ADDRESS = { recipient: 'A', street: 'B', city: 'C', state: '', postalCode: '1', countryCode: 'IN' };

/** The order service in this process: its own PostgreSQL, a real product server across mutual TLS, and clients as the edge and its peers have them. */
export class OrderScene {
  readonly scene: Scene;
  readonly host: TestHost;
  readonly catalogue: CatalogueServer;
  readonly certificates: string;
  readonly first: Replica;
  readonly productPort: number;
  /** The servers' clock, set by tests that need another time. */
  readonly clock: { now: () => Date };
  readonly #closing: (() => Promise<void>)[] = [];

  private constructor(parts: Pick<OrderScene, 'scene' | 'host' | 'catalogue' | 'certificates' | 'productPort' | 'clock'>, first: Replica) {
    this.scene = parts.scene;
    this.host = parts.host;
    this.catalogue = parts.catalogue;
    this.certificates = parts.certificates;
    this.productPort = parts.productPort;
    this.clock = parts.clock;
    this.first = first;
  }

  static async open(watch?: ReplicaOptions['watch']): Promise<OrderScene> {
    const scene = await openScene(['postgres']);
    return OrderScene.#openIn(scene, watch).catch(async (error: unknown) => {
      await scene.close();
      throw error;
    });
  }

  static async #openIn(scene: Scene, watch: ReplicaOptions['watch']): Promise<OrderScene> {
    const certificates = join(scene.stack.home.folder, 'test-certificates');
    const authority = await CertificateAuthority.open(join(certificates, 'authority'));
    for (const workload of ['order', 'product', 'edge', 'payment']) await authority.issueInto(join(certificates, workload), workload);
    const catalogue = new CatalogueServer(new WorkloadCredentials(join(certificates, 'product')));
    const productPort = await catalogue.listen();
    const host = scene.host('order');
    const clock = { now: () => new Date() };
    const first = await startReplica({
      host,
      url: scene.stack.addresses.database('order'),
      productPort,
      credentials: (workload) => new WorkloadCredentials(join(certificates, workload)),
      clock: () => clock.now(),
      ...(watch === undefined ? {} : { watch }),
    });
    return new OrderScene({ scene, host, catalogue, certificates, productPort, clock }, first);
  }

  get database(): Postgres {
    return this.first.database;
  }

  /** Another replica on the same database. */
  async replica(watch?: ReplicaOptions['watch']): Promise<Replica & { readonly host: TestHost }> {
    const host = this.scene.host('order');
    const replica = await startReplica({
      host,
      url: this.scene.stack.addresses.database('order'),
      productPort: this.productPort,
      credentials: (workload) => this.credentials(workload),
      clock: () => this.clock.now(),
      ...(watch === undefined ? {} : { watch }),
    });
    this.#closing.push(() => replica.close());
    return { ...replica, host };
  }

  credentials(workload: string): WorkloadCredentials {
    return new WorkloadCredentials(join(this.certificates, workload));
  }

  /** Calls the order service as `workload` on behalf of `caller`. */
  async as<T>(
    caller: Partial<Caller> | undefined,
    run: (client: RpcClient<typeof OrderServiceDefinition>) => Promise<T>,
    workload = 'edge',
  ): Promise<T> {
    return onBehalf(caller, () => run(this.first.orders(workload)));
  }

  /** Calls the cart service on behalf of a customer. */
  async cart<T>(userId: string, run: (client: RpcClient<typeof CartServiceDefinition>) => Promise<T>): Promise<T> {
    return onBehalf({ userId }, () => run(this.first.carts));
  }

  /** Places an order of one product that costs `TOTAL`; answers its id. */
  async place(userId = newId()): Promise<string> {
    const items = [{ productId: this.catalogue.sell({ minor: 50_000n }), quantity: 1 }];
    const request = CreateOrderRequest.fromPartial({ items, shippingAddress: ADDRESS });
    return (await this.as({ userId }, (orders) => orders.createOrder(request))).id;
  }

  /** Delivers a payment's opening as Kafka would. */
  paymentCreated(message: Partial<EventMessage<'shopverse.payment.v1.PaymentCreated'>>): Promise<void> {
    const whole = { paymentId: newId(), orderId: '', customerId: newId(), amount: TOTAL, provider: 'razorpay', createdAt: new Date() };
    return this.#deliver('shopverse.payment.v1.PaymentCreated', onPaymentCreated(this.#deps()), { ...whole, ...message });
  }

  /** Delivers a payment's success as Kafka would, with `eventId` for its id. */
  paymentSucceeded(message: Partial<EventMessage<'shopverse.payment.v1.PaymentSucceeded'>>, eventId = newId()): Promise<void> {
    const whole = { paymentId: newId(), orderId: '', customerId: newId(), amount: TOTAL, provider: 'razorpay', method: 'upi', succeededAt: new Date() }; // prettier-ignore
    return this.#deliver('shopverse.payment.v1.PaymentSucceeded', onPaymentSucceeded(this.#deps()), { ...whole, ...message }, eventId);
  }

  /** Delivers a payment's failure as Kafka would. */
  paymentFailed(orderId: string, { reason = 'declined', paymentId = newId() } = {}): Promise<void> {
    const whole = {
      paymentId,
      orderId,
      customerId: newId(),
      amount: TOTAL,
      provider: 'razorpay',
      reason,
      method: '',
      failedAt: new Date(),
    };
    return this.#deliver('shopverse.payment.v1.PaymentFailed', onPaymentFailed(this.#deps()), whole);
  }

  /** Delivers a refund as Kafka would: of everything, unless it says otherwise. */
  paymentRefunded(message: Partial<EventMessage<'shopverse.payment.v1.PaymentRefunded'>>, eventId = newId()): Promise<void> {
    const amounts = { amount: TOTAL, refundedTotal: TOTAL, captured: TOTAL };
    const whole = { paymentId: newId(), orderId: '', customerId: newId(), refundId: newId(), ...amounts, provider: 'razorpay', reason: '', refundedAt: new Date() }; // prettier-ignore
    return this.#deliver('shopverse.payment.v1.PaymentRefunded', onPaymentRefunded(this.#deps()), { ...whole, ...message }, eventId);
  }

  /** The types of an order's events in the outbox, oldest first. */
  async events(orderId: string): Promise<string[]> {
    const rows = await this.rows(sql<{ type: string }>`select type from outbox where aggregateid = ${orderId} order by position`);
    return rows.map(({ type }) => type.replace('shopverse.order.v1.', ''));
  }

  /** The messages of one type in the outbox about an order, or about another aggregate. */
  async messages<Name extends EventName>(name: Name, aggregateId: string): Promise<EventMessage<Name>[]> {
    const rows = await this.rows(
      sql<{ payload: Buffer }>`select payload from outbox where aggregateid = ${aggregateId} and type = ${name} order by position`,
    );
    return rows.map(({ payload }) => eventTypes[name].codec.decode(payload) as EventMessage<Name>);
  }

  /** Rows of a table. */
  async rows<Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> {
    return (await query.execute(this.database.sql)).rows;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    await this.first.close();
    await this.catalogue.close();
    await this.scene.close();
  }

  #deps() {
    return { database: this.database, log: this.host.log, clock: () => this.clock.now() };
  }

  async #deliver<Name extends EventName>(name: Name, handler: EventHandler, message: EventMessage<Name>, eventId = newId()): Promise<void> {
    const codec = eventTypes[name].codec as { encode(message: EventMessage<Name>): { finish(): Uint8Array } };
    const event = { id: eventId, type: handler.type, topic: handler.topic, signal: new AbortController().signal };
    await handler.handle(codec.encode(message).finish(), event as Parameters<EventHandler['handle']>[1]);
  }
}

function onBehalf<T>(caller: Partial<Caller> | undefined, run: () => Promise<T>): Promise<T> {
  const call = {
    caller: caller === undefined ? undefined : { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '', ...caller },
    requestId: newId(),
    deadline: Infinity,
    signal: new AbortController().signal,
  };
  return currentCall.run(call as unknown as Call, run);
}
