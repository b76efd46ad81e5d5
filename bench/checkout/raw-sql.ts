import { Pool } from 'pg';
import { newId } from '@shopverse/mesh/ids';
import { copyTables, tablesWith, writeOf, type Value, type Write } from './sample-rows.ts';
import type { Shop } from './shop.ts';

/** The services' pools have as many. */
const CONNECTIONS = 10;

/** One transaction of an order's story. */
interface Step {
  readonly pool: Pool;
  readonly writes: readonly Write[];
}

/** An event of the usual size; it waits for nobody. */
const OUTBOX: Write = {
  name: 'outbox',
  text: `insert into bench.outbox (id, aggregatetype, aggregateid, type, topic, payload, traceparent)
    values ($1, 'order', $2, 'shopverse.order.v1.OrderPlaced', 'shopverse.order.v1', decode($3, 'hex'), null)`,
  values: [{ id: 'event' }, { id: 'order' }, 'ab'.repeat(400)],
};
const INBOX: Write = {
  name: 'inbox',
  text: "insert into bench.inbox (consumer, event_id) values ('bench', $1)",
  values: [{ id: 'received' }],
};

/**
 * Writes the rows that an order leaves in the databases by plain SQL: in as many transactions as there are places and moments (stock set aside, order placed,
 * payment opened, money there, order confirmed, goods gone), over as many connections as the services have, into copies of their tables. What the shop takes on
 * top of that is its own work.
 */
export class RawCheckout {
  readonly #pools: readonly Pool[];
  readonly #steps: readonly Step[];
  readonly #products: readonly string[];
  readonly #sampleProducts: readonly string[];

  private constructor(pools: readonly Pool[], steps: readonly Step[], products: readonly string[], sampleProducts: readonly string[]) {
    this.#pools = pools;
    this.#steps = steps;
    this.#products = products;
    this.#sampleProducts = sampleProducts;
  }

  /** @param orderId an order that has gone the whole way: its rows are the pattern */
  static async open({ addresses, products }: Shop, orderId: string): Promise<RawCheckout> {
    const poolOf = (service: string) =>
      new Pool({ connectionString: addresses.database(service), max: CONNECTIONS, application_name: 'bench' });
    const [product, order, payment] = [poolOf('product'), poolOf('order'), poolOf('payment')];
    // A connection that breaks is told of by the query under way.
    for (const pool of [product, order, payment]) pool.on('error', () => {});
    const { rows: sold } = await product.query<{ product_id: string }>(
      'select product_id::text from reservation_items where order_id = $1 order by product_id',
      [orderId],
    );
    const steps = [
      ...(await productSteps(product, orderId, products)),
      ...(await orderSteps(order, orderId)),
      ...(await paymentSteps(payment, orderId)),
    ];
    const inTime = steps.toSorted((a, b) => a.moment - b.moment);
    const sampleProducts = sold.map(({ product_id: id }) => id);
    return new RawCheckout([product, order, payment], inTime, products.toSorted(), sampleProducts);
  }

  /** Orders per second, with so many at once. */
  async run(orders: number, atOnce: number): Promise<number> {
    let left = orders;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) {
          const ids = this.#chooseProducts(left);
          for (const step of this.#steps) await write(step, ids);
        }
      }),
    );
    return orders / ((performance.now() - started) / 1000);
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }

  /** Other products for each order, spread as the shop's are; in the order of their ids, in which rows are locked. */
  #chooseProducts(index: number): Map<string, string> {
    const half = Math.floor(this.#products.length / 2);
    const at = index % half;
    return new Map(this.#sampleProducts.map((id, nth) => [id, this.#products[at + nth * half] ?? id]));
  }
}

async function write({ pool, writes }: Step, ids: Map<string, string>): Promise<void> {
  const client = await pool.connect();
  try {
    ids.set('event', newId());
    ids.set('received', newId());
    await client.query('begin');
    for (const { name, text, values } of writes) await client.query({ name, text, values: values.map((value) => fresh(value, ids)) });
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Each order has ids of its own, the same one wherever the sample has the same. */
function fresh(value: Value, ids: Map<string, string>): string | null {
  if (value === null || typeof value === 'string') return value;
  const known = ids.get(value.id) ?? newId();
  ids.set(value.id, known);
  return known;
}

type TimedStep = Step & { readonly moment: number };

const there = (writes: readonly (Write | undefined)[]): Write[] => writes.filter((each) => each !== undefined);

async function productSteps(pool: Pool, orderId: string, products: readonly string[]): Promise<TimedStep[]> {
  await copyTables(pool, ['stock', 'reservations', 'reservation_items', 'stock_movements', 'outbox', 'inbox']);
  await pool.query('insert into bench.stock select * from public.stock where product_id = any($1::uuid[])', [products]);
  const rows = (table: string, condition = 'order_id = $1') => writeOf(pool, table, condition, [orderId]);
  const items = await rows('reservation_items');
  const stock = (name: string, change: string): Write => ({
    name,
    text: `update bench.stock s set ${change}, version = s.version + 1 from bench.reservation_items i where i.order_id = $1 and s.product_id = i.product_id`,
    values: [{ id: orderId }],
  });
  const ended: Write = {
    name: 'reservations',
    text: "update bench.reservations set state = 'COMMITTED', ended_at = now() where order_id = $1",
    values: [{ id: orderId }],
  };
  const reserved = await rows('stock_movements', "order_id = $1 and kind = 'reserved'");
  const committed = await rows('stock_movements', "order_id = $1 and kind <> 'reserved'");
  return [
    {
      moment: 1,
      pool,
      writes: there([await rows('reservations'), items, stock('stock reserved', 'reserved = s.reserved + i.quantity'), reserved, OUTBOX]),
    },
    {
      moment: 6,
      pool,
      writes: there([INBOX, ended, stock('stock sold', 'on_hand = s.on_hand - i.quantity, reserved = s.reserved - i.quantity'), committed]),
    },
  ];
}

async function orderSteps(pool: Pool, orderId: string): Promise<TimedStep[]> {
  const own = (await tablesWith(pool, 'order_id')).filter((table) => table !== 'order_lines' && table !== 'order_history');
  await copyTables(pool, ['orders', 'order_lines', 'order_history', ...own, 'idempotency_keys', 'outbox', 'inbox']);
  const rows = (table: string, condition = 'order_id = $1') => writeOf(pool, table, condition, [orderId]);
  const confirmed: Write = {
    name: 'confirmed',
    text: "update bench.orders set state = 'CONFIRMED', version = version + 1, updated_at = now() where id = $1",
    values: [{ id: orderId }],
  };
  const placed = [
    await rows('orders', 'id = $1'),
    await rows('order_lines'),
    await rows('order_history', 'order_id = $1 and from_state is null'),
  ];
  const later = [
    await rows('order_history', 'order_id = $1 and from_state is not null'),
    ...(await Promise.all(own.map((table) => rows(table)))),
  ];
  return [
    { moment: 2, pool, writes: there([...placed, await rows('idempotency_keys', 'resource_id = $1'), OUTBOX]) },
    { moment: 5, pool, writes: there([INBOX, confirmed, ...later, OUTBOX]) },
  ];
}

async function paymentSteps(pool: Pool, orderId: string): Promise<TimedStep[]> {
  const { rows: found } = await pool.query<{ id: string }>('select id::text from payments where order_id = $1', [orderId]);
  const paymentId = found[0]?.id ?? '';
  const own = await tablesWith(pool, 'payment_id');
  await copyTables(pool, ['payments', ...own, 'provider_notices', 'idempotency_keys', 'outbox']);
  const rows = (table: string, condition: string) => writeOf(pool, table, condition, [paymentId]);
  const captured: Write = {
    name: 'captured',
    text: "update bench.payments set state = 'SUCCEEDED', version = version + 1, updated_at = now() where id = $1",
    values: [{ id: paymentId }],
  };
  const notice: Write = {
    name: 'notice',
    text: "insert into bench.provider_notices (provider, event_id, kind) values ('bench', $1, 'payment.captured')",
    values: [{ id: 'received' }],
  };
  const later = await Promise.all(own.map((table) => rows(table, 'payment_id = $1')));
  return [
    { moment: 3, pool, writes: there([await rows('payments', 'id = $1'), await rows('idempotency_keys', 'resource_id = $1'), OUTBOX]) },
    { moment: 4, pool, writes: there([notice, captured, ...later, OUTBOX]) },
  ];
}
