import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { runLoad, watchIdle, type LoadResult } from './checkout/load.ts';
import { loadMetrics, perOrder } from './checkout/metrics.ts';
import { RawCheckout } from './checkout/raw-sql.ts';
import { openShop, type Shop } from './checkout/shop.ts';
import { median } from './median.ts';
import type { Metric } from './result.ts';
import { runTool } from './tool.ts';

/** Buyers at one time, by load; the last one is the load that the figures without a number are of. */
const FEW = 1;
const SOME = 8;
const MANY = 64;

/**
 * The whole story of an order, from CreateOrder through the edge to CONFIRMED and all that its events cause, by 1, 8 and 64 buyers; 64 buyers of one item; and the
 * same rows written by raw SQL on the same server, in turns. On a stack of its own, without Jaeger, of whose requests one in a hundred is traced
 * (SHOPVERSE_TRACE_PERCENT says otherwise). What the shop does when nobody buys is measured before, and is no part of an order's CPU and statements.
 */
export async function checkout({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(folder, 0o755);
  const env = {
    SHOPVERSE_HOME: join(folder, 'home'),
    SHOPVERSE_PORTS: 'free',
    SHOPVERSE_JAEGER_URL: 'http://127.0.0.1:9',
    SHOPVERSE_OTLP_URL: 'http://127.0.0.1:9',
    SHOPVERSE_TRACE_PERCENT: process.env['SHOPVERSE_TRACE_PERCENT'] ?? '1',
  };
  try {
    await runTool(['up', '--detach'], env);
    return await measureCheckout(env, { quick });
  } finally {
    await runTool(['down'], env).catch(() => {}); // a stack that never came up says so already
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same on the running stack that `env` names. */
export async function measureCheckout(
  env: Readonly<Record<string, string>>,
  { quick }: { readonly quick: boolean },
  see: (result: LoadResult) => void = () => {},
): Promise<Metric[]> {
  const shop = await openShop(env, MANY);
  try {
    // Before any load: what PostgreSQL tidies up afterwards is caused by orders.
    const idle = await watchIdle(shop, env, quick ? 5_000 : 10_000);
    await runLoad(shop, env, { buyers: SOME, orders: quick ? 80 : 600, items: twoLines(shop) }); // warms up
    const load = (buyers: number, orders: number) => runLoad(shop, env, { buyers, orders, items: twoLines(shop), idle });
    const few = await load(FEW, quick ? 30 : 200);
    const some = await load(SOME, quick ? 160 : 1_200);
    const raw = await RawCheckout.open(shop, await someConfirmedOrder(shop));
    const many: LoadResult[] = [];
    const rawRates: number[] = [];
    for (let round = 0; round < (quick ? 2 : 3); round += 1) {
      rawRates.push(await raw.run(quick ? 500 : 3_000, MANY));
      many.push(await load(MANY, quick ? 256 : 1_600));
    }
    await raw.close();
    const ratio = median(many.map(({ confirmed, seconds }) => confirmed / seconds)) / median(rawRates);
    const last = many.at(-1);
    if (last !== undefined) see(last);
    return [
      ...loadMetrics('', many),
      ...perOrder(many),
      { metric: 'checkout_vs_sql_ratio', value: ratio, unit: 'x', baseline: median(rawRates), ratio, goal: '>= 0.4', runs: many.length },
      ...loadMetrics(`.${SOME}_buyers`, [some]),
      ...loadMetrics(`.${FEW}_buyer`, [few]),
      { metric: 'idle_cpu_ms_per_second', value: [...idle.cpuMs.values()].reduce((sum, ms) => sum + ms, 0), unit: 'ms', runs: 1 },
      { metric: 'idle_statements_per_second', value: idle.statements.statements, unit: 'statements', runs: 1 },
      ...(await oneItem(shop, env, quick ? 100 : 800)),
    ];
  } finally {
    await shop.close();
  }
}

/** Two lines of two of the products, one and two pieces. */
function twoLines({ products }: Shop): (index: number) => { productId: string; quantity: number }[] {
  const half = Math.floor(products.length / 2);
  const at = (index: number) => products[index] ?? '';
  return (index) => [
    { productId: at(index % half), quantity: 1 },
    { productId: at((index % half) + half), quantity: 2 },
  ];
}

/** Many buyers of one item that there is too little of. */
async function oneItem(shop: Shop, env: Readonly<Record<string, string>>, stock: number): Promise<Metric[]> {
  const productId = await shop.addProduct(stock);
  const sold = await runLoad(shop, env, { buyers: MANY, orders: stock + MANY, items: () => [{ productId, quantity: 1 }] });
  const [{ on_hand: onHand, reserved }] = await query<{ on_hand: string; reserved: string }>(
    shop,
    'product',
    'select on_hand, reserved from stock where product_id = $1',
    [productId],
  );
  if (Number(onHand) !== stock - sold.confirmed || Number(reserved) !== 0)
    throw new Error(`Of ${stock} pieces ${sold.confirmed} were sold, and ${onHand} are left, ${reserved} of them reserved.`);
  return [
    { metric: 'orders_per_second.one_item', value: sold.confirmed / sold.seconds, unit: 'orders/s', runs: 1 },
    { metric: 'oversold', value: Math.max(0, sold.confirmed - stock), unit: 'pieces', goal: '0', runs: 1 },
    { metric: 'undersold', value: Math.max(0, stock - sold.confirmed), unit: 'pieces', goal: '0', runs: 1 },
  ];
}

async function someConfirmedOrder(shop: Shop): Promise<string> {
  const [{ id }] = await query<{ id: string }>(
    shop,
    'order',
    "select id::text from orders where state = 'CONFIRMED' order by id desc limit 1",
    [],
  );
  return id;
}

async function query<Row extends object>(shop: Shop, database: string, text: string, values: readonly string[]): Promise<[Row, ...Row[]]> {
  const client = new Client({ connectionString: shop.superuser(database) });
  await client.connect();
  try {
    const [first, ...rest] = (await client.query<Row>(text, [...values])).rows;
    if (first === undefined) throw new Error(`There is nothing to be seen in ${database}: ${text}`);
    return [first, ...rest];
  } finally {
    await client.end();
  }
}
