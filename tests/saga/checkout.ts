import { Metadata } from '@grpc/grpc-js';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Verdict } from '@shopverse/local/audit/findings';
import { auditBooks } from '@shopverse/local/audit/run-audit';
import type { Query, Stores } from '@shopverse/local/audit/stores';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import type { Call, Caller } from '@shopverse/mesh/rpc/call';
import { Bells } from '@shopverse/mesh/events/bells';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import { cancelUnpaidOrders } from '../../services/order/jobs/cancel-unpaid-orders.ts';
import { onPaymentCreated } from '../../services/order/consumers/on-payment-created.ts';
import { onPaymentFailed } from '../../services/order/consumers/on-payment-failed.ts';
import { onPaymentRefunded } from '../../services/order/consumers/on-payment-refunded.ts';
import { onPaymentSucceeded } from '../../services/order/consumers/on-payment-succeeded.ts';
import { orderHandlers } from '../../services/order/rpc/order-handlers.ts';
import { entities as orderEntities } from '../../services/order/store/entities.ts';
import { migrations as orderMigrations } from '../../services/order/store/migrations/migrations.ts';
import { onOrderCancelled as giveBack } from '../../services/payment/consumers/on-order-cancelled.ts';
import { onOrderPaymentUnwanted } from '../../services/payment/consumers/on-order-payment-unwanted.ts';
import { carryOutRefunds } from '../../services/payment/jobs/carry-out-refunds.ts';
import { reconcilePayments } from '../../services/payment/jobs/reconcile-payments.ts';
import { providersOf } from '../../services/payment/providers/registry.ts';
import { createPayment } from '../../services/payment/rpc/create-payment.ts';
import { receiveWebhook } from '../../services/payment/rpc/receive-webhook.ts';
import { refundPayment } from '../../services/payment/rpc/refund-payment.ts';
import { entities as paymentEntities } from '../../services/payment/store/entities.ts';
import { migrations as paymentMigrations } from '../../services/payment/store/migrations/migrations.ts';
import type { PaymentDatabase } from '../../services/payment/store/payment-repository.ts';
import type { PaymentTables } from '../../services/payment/store/tables.ts';
import { onOrderCancelled as release } from '../../services/product/consumers/on-order-cancelled.ts';
import { onOrderConfirmed } from '../../services/product/consumers/on-order-confirmed.ts';
import { endExpiredReservations } from '../../services/product/jobs/end-expired-reservations.ts';
import { createProduct } from '../../services/product/rpc/create-product.ts';
import { releaseReservation } from '../../services/product/rpc/end-reservation.ts';
import { batchGetProducts } from '../../services/product/rpc/read-products.ts';
import { reserveStock } from '../../services/product/rpc/reserve-stock.ts';
import { migrations as productMigrations } from '../../services/product/store/migrations/migrations.ts';
import { Bus } from './bus.ts';
import { Faults } from './faults.ts';
import { Provider } from './provider.ts';

/** How long an order waits for its payment, and stock for its order, in milliseconds, as the services have it by default. */
const UNPAID_TTL_MS = 15 * 60_000;
const RESERVATION_TTL_MS = 20 * 60_000;
const LOW_AT = 3n;
const SCHEDULE = { firstMs: 60_000, longestMs: 6 * 3_600_000, giveUpMs: 3 * 86_400_000, paidAfterMs: 3_600_000 };

/** A job that replicas may run. */
export type Job = 'unpaid' | 'reconcile' | 'refunds' | 'sweep';

/**
 * Order, payment and product, put together as their `main.ts` do, each with its own PostgreSQL database, and with moments at which "the process" can end. Between them are plain calls
 * in place of gRPC, and a model in place of Kafka and of the payment provider, so that a run is what its steps say and nothing else.
 */
export class Checkout {
  readonly faults = new Faults();
  readonly provider: Provider;
  readonly bus: Bus;
  readonly stores: Pick<Stores, 'order' | 'payment' | 'product' | 'senders'>;
  readonly orders: ReturnType<typeof orderHandlers>;
  readonly payments: {
    readonly create: ReturnType<typeof createPayment>;
    readonly refund: ReturnType<typeof refundPayment>;
    readonly webhook: ReturnType<typeof receiveWebhook>;
  };
  readonly #scene: Scene;
  readonly #products: Postgres;
  readonly #jobs: Readonly<Record<Job, (signal: AbortSignal) => Promise<void>>>;
  #ahead = 0;

  private constructor(
    scene: Scene,
    databases: { readonly order: Postgres; readonly payment: PaymentDatabase; readonly product: Postgres },
    stores: Checkout['stores'],
  ) {
    this.#scene = scene;
    this.stores = stores;
    this.#products = databases.product;
    const { faults } = this;
    const clock = () => this.now();
    const log = scene.host('checkout').log;
    const [order, payment, product] = [faults.in(databases.order), faults.in(databases.payment), faults.in(databases.product)];
    this.provider = new Provider(faults, clock);
    const providers = providersOf([this.provider], this.provider.name);
    const wake = () => undefined;

    const reserve = reserveStock({ database: product, timeToLiveMs: RESERVATION_TTL_MS, clock, lowAt: LOW_AT });
    const free = releaseReservation({ database: product, clock });
    const read = batchGetProducts({ database: product });
    this.orders = orderHandlers({
      database: order,
      clock,
      products: {
        batchGetProducts: (request) => faults.around(() => read(request, callOf(undefined))),
        reserveStock: (request) => faults.around(() => reserve(request, callOf(undefined))),
        releaseReservation: (request) => faults.around(() => free(request, callOf(undefined))),
      },
      bells: new Bells({ most: 1 }),
      pollMs: 1_000,
      lifeMs: 1_000,
      stopping: new AbortController().signal,
    });
    const { getOrderForPayment, batchGetOrderStates } = this.orders;
    this.payments = {
      create: createPayment({
        database: payment,
        provider: this.provider,
        clock,
        reconcileAfterMs: SCHEDULE.firstMs,
        orders: { getOrderForPayment: (request) => faults.around(() => getOrderForPayment(request, callOf(undefined))) },
      }),
      refund: refundPayment({ database: payment, clock, wake }),
      webhook: receiveWebhook({ database: payment, providers, log, clock, wake, maxAgeMs: 30 * 86_400_000 }),
    };
    this.#jobs = {
      unpaid: cancelUnpaidOrders({ database: order, log, clock, ttlMs: UNPAID_TTL_MS }),
      reconcile: reconcilePayments({ database: payment, providers, schedule: SCHEDULE, log, clock, wake }),
      refunds: carryOutRefunds({
        database: payment,
        providers,
        schedule: { firstMs: 10_000, longestMs: 60_000 },
        alarmAfterMs: 86_400_000,
        log,
        clock,
      }),
      sweep: endExpiredReservations({
        database: product,
        againMs: 1,
        log,
        clock,
        orders: { batchGetOrderStates: (request) => faults.around(() => batchGetOrderStates(request, callOf(undefined))) },
      }),
    };
    const senders = [databases.order, databases.payment, databases.product] as unknown as readonly Postgres<never>[];
    this.bus = new Bus(faults, senders, {
      order: [onPaymentCreated, onPaymentSucceeded, onPaymentFailed, onPaymentRefunded].map((make) =>
        make({ database: order, log, clock }),
      ),
      payment: [giveBack, onOrderPaymentUnwanted].map((make) => make({ database: payment, log, clock, wake })),
      product: [onOrderConfirmed, release].map((make) => make({ database: product, log, clock, lowAt: LOW_AT })),
    });
  }

  static async open(): Promise<Checkout> {
    const scene = await openScene(['postgres']);
    const { database: url } = scene.stack.addresses;
    const open = { entities: [], poolSize: 4 };
    const [order, payment, product] = await Promise.all([
      openPostgres(scene.host('order'), { ...open, url: url('order'), entities: orderEntities, migrations: orderMigrations }),
      openPostgres<PaymentTables>(scene.host('payment'), {
        ...open,
        url: url('payment'),
        entities: paymentEntities,
        migrations: paymentMigrations,
      }),
      openPostgres(scene.host('product'), { ...open, url: url('product'), migrations: productMigrations }),
    ]);
    const databases = { order, payment, product };
    const [asked, paid, stocked] = await Promise.all([queryOf(order), queryOf(payment), queryOf(product)]);
    const queries = { order: asked, payment: paid, product: stocked };
    return new Checkout(scene, databases, { ...queries, senders: queries });
  }

  /** The time of all three; see `pass`. */
  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  /** Lets time pass. What PostgreSQL itself goes by the clock for, the time of reservations, passes as well. */
  async pass(ms: number): Promise<void> {
    this.#ahead += ms;
    await sql`update reservations set expires_at = expires_at - ${ms} * interval '1 millisecond' where state = 'ACTIVE'`.execute(
      this.#products.sql,
    );
  }

  /** One run of a job. */
  run(job: Job): Promise<void> {
    return this.#jobs[job](new AbortController().signal);
  }

  /** Puts a product on sale; answers its id. */
  async sell(units: bigint, stock: number): Promise<string> {
    const categoryId = newId();
    await sql`insert into categories (id, name, slug, parent_id) values (${categoryId}, 'Kettles', ${`c-${categoryId}`}, null)`.execute(
      this.#products.sql,
    );
    const create = createProduct({ database: this.#products, clock: () => this.now(), currency: 'INR' });
    const price = { currencyCode: 'INR', units, nanos: 0 };
    const texts = { sku: '', name: 'Steel kettle', description: '', brand: 'Kavira', imageUrls: [], attributes: [] };
    const { id } = await create({ ...texts, categoryId, price, initialStock: BigInt(stock) }, callOf({ role: 'ADMIN' }, newId()));
    return id;
  }

  /** Hands in a notice of the provider as the edge does. */
  async hear(notice: Provider['notices'][number]): Promise<void> {
    const body = { contentType: 'application/json', data: this.provider.bodyOf(notice), extensions: [] };
    await this.faults.around(() => this.payments.webhook({ provider: this.provider.name, body }, callOf(undefined)));
  }

  /** What the auditor says of the books of all three with no patience. */
  audit(): Promise<Verdict[]> {
    return auditBooks(this.stores, { stepMs: 0, now: this.now() });
  }

  close(): Promise<void> {
    return this.#scene.close();
  }
}

/** A connection for the auditor; the end of the server ends it. */
async function queryOf<Tables>(database: Postgres<Tables>): Promise<Query> {
  const client = await database.connect('audit');
  return async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row>(text, [...values])).rows;
}

/** A call as the edge makes it on behalf of somebody, or a peer for itself. */
export function callOf(caller: Partial<Caller> | undefined, idempotencyKey?: string, request: object = {}): Call {
  const call = {
    method: '/test',
    peer: 'edge',
    caller: caller === undefined ? undefined : { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '', ...caller },
    requestId: newId(),
    idempotencyKey,
    deadline: Date.now() + 10_000,
    signal: new AbortController().signal,
    metadata: new Metadata(),
    requestBytes: Buffer.from(JSON.stringify(request)),
    context: ROOT_CONTEXT,
  };
  return call as unknown as Call;
}
