import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { OrderServiceDefinition, type OrderForPayment } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { PaymentServiceDefinition, ReceiveWebhookRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { openScene, type Scene, type TestHost } from '@shopverse/mesh/events/testing/scene';
import { failure } from '@shopverse/mesh/failure';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { currentCall, type Call, type Caller } from '@shopverse/mesh/rpc/call';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { toBuffer } from '@shopverse/mesh/rpc/definition';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { errorInfo } from '@shopverse/mesh/rpc/status';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { reconcilePayments } from '../jobs/reconcile-payments.ts';
import { razorpay } from '../providers/razorpay/razorpay.ts';
import { providersOf, type Providers } from '../providers/registry.ts';
import { createPayment } from '../rpc/create-payment.ts';
import { getPayment } from '../rpc/get-payment.ts';
import { receiveWebhook } from '../rpc/receive-webhook.ts';
import { entities } from '../store/entities.ts';
import { migrations } from '../store/migrations/migrations.ts';
import type { PaymentDatabase } from '../store/payment-repository.ts';
import type { PaymentTables } from '../store/tables.ts';
import { ACCOUNT, startSandboxProcess, type SandboxProcess } from './sandbox-process.ts';

type PaymentClient = RpcClient<typeof PaymentServiceDefinition>;

/** How a webhook was answered: "OK", or the reason for which it was refused. */
export type WebhookAnswer = string;

/**
 * The payment service in this process: its own PostgreSQL, the sandbox as its provider, a real order server across mutual TLS, and a small door that hands the
 * sandbox's webhooks on as the edge does: raw bytes, headers as metadata.
 */
export class PaymentScene {
  readonly orders = new Map<string, OrderForPayment>();
  /** Answers to the sandbox's webhooks, as they came in. */
  readonly answers: WebhookAnswer[] = [];
  /** Stands in for the service when the door is to refuse webhooks. */
  doorRefuses = false;
  now: () => Date = () => new Date();
  readonly #closing: (() => Promise<unknown> | void)[] = [];
  readonly scene: Scene;
  readonly host: TestHost;
  readonly database: PaymentDatabase;
  readonly #edge: Client;
  readonly #payments: PaymentClient;
  readonly sandbox: SandboxProcess;
  readonly #providers: Providers;

  private constructor(parts: {
    scene: Scene;
    host: TestHost;
    database: PaymentDatabase;
    edge: Client;
    payments: PaymentClient;
    sandbox: SandboxProcess;
    providers: Providers;
  }) {
    this.scene = parts.scene;
    this.host = parts.host;
    this.database = parts.database;
    this.#edge = parts.edge;
    this.#payments = parts.payments;
    this.sandbox = parts.sandbox;
    this.#providers = parts.providers;
  }

  static async open(): Promise<PaymentScene> {
    const scene = await openScene(['postgres']);
    const host = scene.host('payment');
    const database = await openPostgres<PaymentTables>(host, { url: scene.stack.addresses.database('payment'), entities, migrations });
    const folder = scene.stack.home.folder;
    const authority = await CertificateAuthority.open(join(folder, 'test-authority'));
    const credentials = new Map<string, WorkloadCredentials>();
    for (const workload of ['order', 'edge', 'payment']) {
      await authority.issueInto(join(folder, `test-${workload}`), workload);
      credentials.set(workload, new WorkloadCredentials(join(folder, `test-${workload}`)));
    }
    const of = (workload: string): WorkloadCredentials => credentials.get(workload) ?? new WorkloadCredentials(workload);

    let opened: PaymentScene | undefined;
    const door = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-razorpay'));
        const take = (scene: PaymentScene) => scene.webhook(Buffer.concat(chunks), Object.fromEntries(headers) as Record<string, string>);
        const taken = opened === undefined || opened.doorRefuses ? Promise.resolve('refused at the door') : take(opened);
        void taken.then((answer) => {
          opened?.answers.push(answer);
          response.writeHead(answer === 'OK' ? 200 : 400).end();
        });
      });
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const sandbox = await startSandboxProcess({
      data: join(folder, 'sandbox.sqlite'),
      webhookUrl: `http://127.0.0.1:${(door.address() as AddressInfo).port}/`,
    });

    const orderServer = new RpcServer({ credentials: of('order').server(), log: host.log });
    const known = new Map<string, OrderForPayment>();
    const unexpected = async (): Promise<never> => Promise.reject(new Error('not part of a payment'));
    const rest = Object.fromEntries(Object.keys(OrderServiceDefinition.methods).map((method) => [method, unexpected]));
    orderServer.add(OrderServiceDefinition, {
      ...(rest as unknown as Handlers<typeof OrderServiceDefinition>),
      getOrderForPayment: async ({ id }) => {
        const order = opened?.orders.get(id) ?? known.get(id);
        if (order === undefined) throw failure('ORDER_NOT_FOUND', 'No order with this id.', { order_id: id });
        return order;
      },
    });
    const orderPort = await orderServer.listen('127.0.0.1:0');
    const orders = openClient(OrderServiceDefinition, {
      name: 'order',
      target: `127.0.0.1:${orderPort}`,
      credentials: of('payment').channel('order'),
    });

    const provider = razorpay({ ...ACCOUNT, apiUrl: sandbox.url, timeoutMs: 2_000, log: host.log });
    const providers = providersOf([provider], 'razorpay');
    const server = new RpcServer({ credentials: of('payment').server(), log: host.log });
    const clock = () => opened?.now() ?? new Date();
    server.add(PaymentServiceDefinition, {
      createPayment: createPayment({ database, orders: orders.client, provider, clock, reconcileAfterMs: 60_000 }),
      getPayment: getPayment({ database }),
      receiveWebhook: receiveWebhook({ database, providers, log: host.log, clock }),
    });
    const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
    const edge = new Client(target, of('edge').channel('payment'), { 'grpc.ssl_target_name_override': 'payment' });
    const payments = openClient(PaymentServiceDefinition, { name: 'payment', target, credentials: of('edge').channel('payment') });
    opened = new PaymentScene({ scene, host, database, edge, payments: payments.client, sandbox, providers });
    opened.#closing.push(
      () => sandbox.stop(),
      () => {
        door.close();
        door.closeAllConnections();
      },
      () => edge.close(),
      () => payments.close(),
      () => server.drain(1_000),
      () => orders.close(),
      () => orderServer.drain(1_000),
    );
    return opened;
  }

  /** An order that waits for its payment; answers its id. */
  order({ customerId = newId(), minor = 129_900n, state = OrderState.PENDING_PAYMENT as OrderState } = {}): {
    orderId: string;
    customerId: string;
  } {
    const id = newId();
    this.orders.set(id, { id, customerId, state, total: toMessage({ currency: 'INR', minor }) });
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
    return currentCall.run(call as unknown as Call, () => run(this.#payments));
  }

  /** Hands a webhook in as the edge does. */
  async webhook(body: Uint8Array, headers: Readonly<Record<string, string>>, provider = 'razorpay'): Promise<WebhookAnswer> {
    const request = { provider, body: { contentType: 'application/json', data: Buffer.from(body), extensions: [] } };
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return new Promise((resolve) => {
      this.#edge.makeUnaryRequest(
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
  async notice(kind: string, payment: object, { eventId = newId(), secret = ACCOUNT.webhookSecret } = {}): Promise<WebhookAnswer> {
    const body = Buffer.from(JSON.stringify({ entity: 'event', event: kind, payload: { payment: { entity: payment } } }));
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return this.webhook(body, { 'x-razorpay-signature': signature, 'x-razorpay-event-id': eventId });
  }

  /** One round of the reconciler at `at`. */
  async reconcile(at: Date): Promise<void> {
    const job = reconcilePayments({
      database: this.database,
      providers: this.#providers,
      schedule: { firstMs: 60_000, longestMs: 3_600_000, giveUpMs: 86_400_000 },
      log: this.host.log,
      clock: () => at,
    });
    await job(new AbortController().signal);
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
    for (const close of this.#closing) await close();
    await this.scene.close();
  }
}
