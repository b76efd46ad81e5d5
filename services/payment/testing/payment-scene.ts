import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { eventTypes } from '@shopverse/contracts/event-types';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { PaymentServiceDefinition, ReceiveWebhookRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import type { EventHandler } from '@shopverse/mesh/events/handler';
import { openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { toBuffer } from '@shopverse/mesh/rpc/definition';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { errorInfo } from '@shopverse/mesh/rpc/status';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { reconcilePayments } from '../jobs/reconcile-payments.ts';
import { CircuitBreaker } from '../providers/circuit-breaker.ts';
import { guarded } from '../providers/guarded.ts';
import { razorpay } from '../providers/razorpay/razorpay.ts';
import { providersOf, type Providers } from '../providers/registry.ts';
import { carryOutRefunds } from '../jobs/carry-out-refunds.ts';
import type { ConsumerDeps } from '../consumers/deps.ts';
import { onOrderCancelled } from '../consumers/on-order-cancelled.ts';
import { onOrderPaymentUnwanted } from '../consumers/on-order-payment-unwanted.ts';
import { createPayment } from '../rpc/create-payment.ts';
import { getPayment } from '../rpc/get-payment.ts';
import { listDiscrepancies, settleDiscrepancy } from '../rpc/discrepancies.ts';
import { listMyPayments, listPayments } from '../rpc/list-payments.ts';
import { receiveWebhook } from '../rpc/receive-webhook.ts';
import { refundPayment } from '../rpc/refund-payment.ts';
import { retryRefund } from '../rpc/retry-refund.ts';
import { entities } from '../store/entities.ts';
import { migrations } from '../store/migrations/migrations.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import type { PaymentTables } from '../store/tables.ts';
import { startOrderServer, type OrderServer } from './order-server.ts';
import { ACCOUNT, startSandboxProcess, type SandboxProcess } from './sandbox-process.ts';
import { openWebhookDoor, type WebhookDoor } from './webhook-door.ts';

type PaymentClient = RpcClient<typeof PaymentServiceDefinition>;

/** When a payment that has succeeded is asked about again, in milliseconds of its age. */
export const PAID_AFTER_MS = 3_600_000;
const PENDING: OrderState = OrderState.PENDING_PAYMENT;

interface Parts {
  readonly scene: Scene;
  readonly host: TestHost;
  readonly database: PaymentDatabase;
  readonly orders: OrderServer;
  readonly sandbox: SandboxProcess;
  readonly door: WebhookDoor;
  readonly providers: Providers;
}

/**
 * The payment service in this process: its own PostgreSQL, the sandbox as its provider, a real order server across mutual TLS, and the door through which the
 * sandbox's webhooks come in.
 */
export class PaymentScene {
  readonly host: TestHost;
  readonly database: PaymentDatabase;
  readonly sandbox: SandboxProcess;
  readonly door: WebhookDoor;
  readonly providers: Providers;
  readonly #parts: Parts;
  readonly #closing: (() => Promise<void> | void)[] = [];
  #edge: Client | undefined;
  #payments: PaymentClient | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.host = parts.host;
    this.database = parts.database;
    this.sandbox = parts.sandbox;
    this.door = parts.door;
    this.providers = parts.providers;
  }

  static async open(): Promise<PaymentScene> {
    const scene = await openScene(['postgres']);
    return PaymentScene.#openIn(scene).catch(async (error: unknown) => {
      await scene.close();
      throw error;
    });
  }

  static async #openIn(scene: Scene): Promise<PaymentScene> {
    const { folder } = scene.stack.home;
    const authority = await CertificateAuthority.open(join(folder, 'test-authority'));
    for (const workload of ['order', 'edge', 'payment']) await authority.issueInto(join(folder, `test-${workload}`), workload);
    const credentials = (workload: string) => new WorkloadCredentials(join(folder, `test-${workload}`));
    const host = scene.host('payment');
    const database = await openPostgres<PaymentTables>(host, { url: scene.stack.addresses.database('payment'), entities, migrations });
    const door = await openWebhookDoor();
    const sandbox = await startSandboxProcess({ data: join(folder, 'sandbox.sqlite'), webhookUrl: door.url });
    const adapter = razorpay({ ...ACCOUNT, apiUrl: sandbox.url, timeoutMs: 2_000, log: host.log });
    const breaker = new CircuitBreaker({ failures: 100, openMs: 50 });
    const providers = providersOf([guarded(adapter, { breaker, log: host.log, tries: 2 })], 'razorpay');
    const orders = await startOrderServer(credentials('order'));
    const opened = new PaymentScene({ scene, host, database, orders, sandbox, door, providers });
    await opened.#serve(credentials);
    door.take = (body, headers) => opened.webhook(body, headers);
    return opened;
  }

  /** An order that waits for its payment; answers its id. */
  order({ customerId = newId(), minor = 129_900n, state = PENDING } = {}): {
    orderId: string;
    customerId: string;
  } {
    const id = newId();
    this.#parts.orders.orders.set(id, { id, customerId, state, total: toMessage({ currency: 'INR', minor }) });
    return { orderId: id, customerId };
  }

  /** Calls the payment service through the edge on behalf of a user. */
  async as<T>(caller: Partial<Caller>, run: (client: PaymentClient) => Promise<T>): Promise<T> {
    const call = {
      caller: { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '', ...caller },
      requestId: newId(),
      deadline: Infinity,
      signal: new AbortController().signal,
    };
    return currentCall.run(call as unknown as Call, () => run(present(this.#payments)));
  }

  /** Hands a webhook in as the edge does. */
  async webhook(body: Uint8Array, headers: Readonly<Record<string, string>>, provider = 'razorpay'): Promise<string> {
    const request = { provider, body: { contentType: 'application/json', data: Buffer.from(body), extensions: [] } };
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return new Promise((resolve) => {
      present(this.#edge).makeUnaryRequest(
        `/${PaymentServiceDefinition.fullName}/ReceiveWebhook`,
        toBuffer,
        (bytes: Buffer) => bytes,
        ReceiveWebhookRequest.encode(request).finish(),
        metadata,
        { deadline: Date.now() + 5_000 },
        (error: ServiceError | null) => resolve(error === null ? 'OK' : (errorInfo(error.metadata)?.reason ?? error.details)),
      );
    });
  }

  /** A webhook of the provider's, made by hand and signed as `secret` has it. */
  async notice(kind: string, entity: object, { eventId = newId(), secret = ACCOUNT.webhookSecret, at = new Date() } = {}): Promise<string> {
    const payload = { [kind.startsWith('refund.') ? 'refund' : 'payment']: { entity } };
    const body = Buffer.from(JSON.stringify({ entity: 'event', event: kind, created_at: Math.floor(at.getTime() / 1000), payload }));
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return this.webhook(body, { 'x-razorpay-signature': signature, 'x-razorpay-event-id': eventId });
  }

  /** One round of the reconciler at `at`. */
  async reconcile(at: Date): Promise<void> {
    const job = reconcilePayments({
      database: this.database,
      providers: this.#parts.providers,
      schedule: { firstMs: 60_000, longestMs: 3_600_000, giveUpMs: 86_400_000, paidAfterMs: PAID_AFTER_MS },
      log: this.host.log,
      clock: () => at,
      wake: () => undefined,
    });
    await job(new AbortController().signal);
  }

  /** One round of carrying refunds out, at `at`. */
  async carryOutRefunds(at = new Date(), providers = this.#parts.providers): Promise<void> {
    const job = carryOutRefunds({
      database: this.database,
      providers,
      schedule: { firstMs: 10_000, longestMs: 60_000 },
      alarmAfterMs: 3_600_000,
      log: this.host.log,
      clock: () => at,
    });
    await job(new AbortController().signal);
  }

  /** Delivers an event of the order service as Kafka would. */
  async orderCancelled(message: { orderId: string; paymentId?: string }, eventId = newId()): Promise<void> {
    const type = eventTypes['shopverse.order.v1.OrderCancelled'];
    const whole = { customerId: newId(), lines: [], total: undefined, reason: '', cancelledAt: new Date(), paymentId: '', ...message };
    await this.#deliver(onOrderCancelled, type.codec.encode(whole).finish(), eventId);
  }

  /** 〃 */
  async paymentUnwanted(message: { orderId: string; paymentId: string }, eventId = newId()): Promise<void> {
    const type = eventTypes['shopverse.order.v1.OrderPaymentUnwanted'];
    const whole = { customerId: newId(), amount: undefined, reason: 'ORDER_CANCELLED', receivedAt: new Date(), ...message };
    await this.#deliver(onOrderPaymentUnwanted, type.codec.encode(whole).finish(), eventId);
  }

  async #deliver(make: (deps: ConsumerDeps) => EventHandler, payload: Uint8Array, eventId: string): Promise<void> {
    const handler = make({ database: this.database, log: this.host.log, clock: () => new Date(), wake: () => undefined });
    const event = { id: eventId, type: handler.type, topic: handler.topic, signal: new AbortController().signal };
    await handler.handle(payload, event as Parameters<EventHandler['handle']>[1]);
  }

  /** The types of an order's payment events in the outbox, oldest first. */
  async events(orderId: string): Promise<string[]> {
    const rows = await this.rows(sql<{ type: string }>`select type from outbox where aggregateid = ${orderId} order by position`);
    return rows.map(({ type }) => type.replace('shopverse.payment.v1.', ''));
  }

  async rows<Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> {
    return (await query.execute(this.database.sql)).rows;
  }

  async close(): Promise<void> {
    const { sandbox, door, orders, scene } = this.#parts;
    await sandbox.stop();
    door.close();
    for (const close of this.#closing.reverse()) await close();
    await orders.close();
    await scene.close();
  }

  async #serve(credentials: (workload: string) => WorkloadCredentials): Promise<void> {
    const { database, host, providers, orders } = this.#parts;
    const orderClient = openClient(OrderServiceDefinition, {
      name: 'order',
      target: `127.0.0.1:${orders.port}`,
      credentials: credentials('payment').channel('order'),
    });
    const server = new RpcServer({ credentials: credentials('payment').server(), log: host.log });
    const deps = { database, providers, provider: providers.chosen, log: host.log, clock: () => new Date(), wake: () => undefined };
    server.add(PaymentServiceDefinition, {
      createPayment: createPayment({ ...deps, orders: orderClient.client, reconcileAfterMs: 60_000 }),
      getPayment: getPayment(deps),
      listMyPayments: listMyPayments(deps),
      listPayments: listPayments(deps),
      refundPayment: refundPayment(deps),
      retryRefund: retryRefund(deps),
      listDiscrepancies: listDiscrepancies(deps),
      settleDiscrepancy: settleDiscrepancy(deps),
      receiveWebhook: receiveWebhook({ ...deps, maxAgeMs: 5 * 86_400_000 }),
    });
    const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
    const edge = new Client(target, credentials('edge').channel('payment'), { 'grpc.ssl_target_name_override': 'payment' });
    const payments = openClient(PaymentServiceDefinition, { name: 'payment', target, credentials: credentials('edge').channel('payment') });
    this.#edge = edge;
    this.#payments = payments.client;
    this.#closing.push(
      () => orderClient.close(),
      () => server.drain(1_000),
      () => payments.close(),
      () => edge.close(),
    );
  }
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The scene is not open yet.');
  return part;
}
