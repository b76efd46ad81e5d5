import { Failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import { Pool, type PoolClient } from 'pg';
import { closedLoop } from '../edge/load.ts';
import { median } from '../median.ts';
import type { Metric } from '../result.ts';
import type { BenchShop } from './bench-shop.ts';

const BUYERS = 64;
const HOT = 10;
/** The service's pool has as many. */
const CONNECTIONS = 10;
/** Pieces of each product that are fought for. */
const SCARCE = 50;

/** 64 buyers of 10 products: reservations a second, next to the same transaction by raw SQL, in turns; and what is sold of products that there is too little of. */
export async function reservations(shop: BenchShop, { quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const [calls, rounds] = quick ? [300, 2] : [2_000, 5];
  const pool = new Pool({ connectionString: shop.databaseUrl, max: CONNECTIONS });
  try {
    await pool.query('create table if not exists bench_outbox (like outbox including all)');
    const [ofService, ofRaw] = [shop.productIds.slice(0, HOT), shop.productIds.slice(HOT, 2 * HOT)];
    const [service, raw]: [number[], number[]] = [[], []];
    await perSecond((id) => reserve(shop, id), ofService, calls / 2);
    for (let round = 0; round < rounds; round += 1) {
      service.push(await perSecond((id) => reserve(shop, id), ofService, calls));
      raw.push(await perSecond((id) => reserveRaw(pool, id), ofRaw, calls));
    }
    const ratio = median(service) / median(raw);
    return [
      { metric: 'reservations_per_second', value: median(service), unit: 'reservations/s', baseline: median(raw), runs: rounds },
      { metric: 'reservation_vs_sql_ratio', value: ratio, ratio, unit: 'x', baseline: median(raw), goal: '>= 0.4', runs: rounds },
      ...(await scarce(shop, pool)),
    ];
  } finally {
    await pool.end();
  }
}

async function perSecond(take: (productId: string) => Promise<unknown>, products: readonly string[], calls: number): Promise<number> {
  let made = 0;
  const ms = await closedLoop({ call: () => take(products[made++ % products.length] ?? '') }, calls, BUYERS);
  return calls / (ms / 1_000);
}

function reserve({ order }: BenchShop, productId: string): Promise<unknown> {
  return order.reserveStock({ orderId: newId(), items: [{ productId, quantity: 1 }] }, { timeoutMs: 30_000 });
}

/** What ReserveStock does: the reservation by the database's own function, and its event in the outbox, in one transaction. */
async function reserveRaw(pool: Pool, productId: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select * from reserve_stock($1, array[$2]::uuid[], array[1], interval '20 minutes')", [newId(), productId]);
    await addEvent(client, productId);
    await client.query('commit');
  } finally {
    client.release();
  }
}

/** An event of StockChanged's size; it waits for nobody. */
async function addEvent(client: PoolClient, productId: string): Promise<void> {
  await client.query(
    `insert into bench_outbox (id, aggregatetype, aggregateid, type, topic, payload, traceparent)
     values ($1, 'product', $2, 'shopverse.product.v1.StockChanged', 'shopverse.product.v1', $3, null)`,
    [newId(), productId, Buffer.alloc(56, 0xab)],
  );
}

/** More buyers than there are pieces. */
async function scarce(shop: BenchShop, pool: Pool): Promise<Metric[]> {
  const products = shop.productIds.slice(2 * HOT, 3 * HOT);
  await pool.query('update stock set on_hand = $2, version = version + 1 where product_id = any($1::uuid[]) and reserved = 0', [products, SCARCE]);
  let [sold, refused] = [0, 0];
  const take = async (productId: string) => {
    try {
      await reserve(shop, productId);
      sold += 1;
    } catch (error) {
      // Of a refusal the caller's client makes trouble of its own; the service's reason is in its cause.
      if (!(error instanceof Failure) || !String((error.options.cause as Error | undefined)?.message).includes('stock')) throw error;
      refused += 1;
    }
  };
  await perSecond(take, products, 2 * SCARCE * HOT);
  const { rows } = await pool.query<{ reserved: string }>('select sum(reserved) as reserved from stock where product_id = any($1::uuid[])', [products]);
  const there = SCARCE * HOT;
  if (Number(rows[0]?.reserved) !== sold) throw new Error(`${sold} pieces were sold, and ${rows[0]?.reserved} are reserved.`);
  if (sold + refused !== 2 * there) throw new Error(`${2 * there} wanted one, and ${sold + refused} were answered.`);
  return [
    { metric: 'oversold', value: Math.max(0, sold - there), unit: 'pieces', goal: '0', runs: 1 },
    { metric: 'undersold', value: Math.max(0, there - sold), unit: 'pieces', goal: '0', runs: 1 },
  ];
} // prettier-ignore
