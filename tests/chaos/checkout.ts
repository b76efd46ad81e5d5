import { openStores, type Stores } from '@shopverse/local/audit/stores';
import type { Verdict } from '@shopverse/local/audit/findings';
import { eventually } from '@shopverse/local/demo/eventually';
import { askControl } from '@shopverse/local/supervisor/control';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import { admin, edge, newCustomer, theStack, type SignedIn } from '../customer.ts';
import { paidAtTheProvider } from './at-the-provider.ts';
import { buyAround, type Wish } from './buyer.ts';
import { cleanAudit, isClean } from './clean-audit.ts';
import { killAround, type Kill } from './killer.ts';
import { lookUntil } from './look-until.ts';
import { noticesOf } from './notices.ts';
import { SeededRandom } from './random.ts';

/** How wild it gets. */
export interface ChaosOptions {
  /** How long orders are placed and processes killed. */
  readonly seconds: number;
  readonly seed: number;
  /** @default 6 */
  readonly buyers?: number;
  /** Pieces of each of the three products. @default 200 */
  readonly stock?: number;
  /** What is done to the shop meanwhile, until `stop` aborts. @default processes in the way of an order are killed */
  readonly disturb?: (home: string, random: SeededRandom, stop: AbortSignal) => Promise<Kill[]>;
}

/** What came of it. */
export interface ChaosReport {
  readonly seed: number;
  /** Orders that clients were told of. */
  readonly orders: number;
  readonly confirmed: number;
  readonly cancelled: number;
  readonly out_of_stock: number;
  readonly kills: readonly Kill[];
  /** Requests that were sent again. */
  readonly retries: number;
  /** Orders that a client was told of, and that are not there. */
  readonly lost: number;
  /** Orders that no client was told of, or that share their key with another. */
  readonly doubled: number;
  /** Pieces sold beyond the stock. */
  readonly oversold: number;
  /** Times that the provider took the money of an order once more, all of which must have gone back. */
  readonly paid_again: number;
  /** Orders for which the provider keeps something else in the end than they cost, or anything though they are not sold. */
  readonly overcharged: number;
  /** Orders that were placed, or confirmed, and whose buyers were not told of it. */
  readonly notices_lost: number;
  /** Notices of the same to the same buyer, beyond the first. */
  readonly notices_doubled: number;
  /** Answers that a client could make nothing of, and orders that ended as nobody wanted; the first ones. */
  readonly surprises: readonly string[];
  /** From the end of the load until every order had its end and all invariants held with nothing in flight. */
  readonly settle_ms: number;
  readonly audit: readonly Verdict[];
  readonly ok: boolean;
}

const PRODUCTS = 3;
/** How long clients go on after the load, and all that was left undone may take, in milliseconds. */
const PATIENCE_MS = 240_000;
const KNOBS = {
  capture_twice: 0.5,
  lose_webhooks: 0.15,
  double_webhooks: 0.2,
  reorder_webhooks: 0.3,
  reorder_ms: 1_500,
  refuse_requests: 0.05,
};
const MOST_SURPRISES = 10;

/** Orders are placed and paid while one process after another is killed, and the provider's webhooks go astray; then everything must come right. */
export async function chaosCheckout({ seconds, seed, buyers = 6, stock = 200, disturb = killAround }: ChaosOptions): Promise<ChaosReport> {
  const { addresses, home } = await theStack();
  const random = new SeededRandom(seed);
  const keeper = await admin();
  const products = await Promise.all(Array.from({ length: PRODUCTS }, () => newProduct(keeper, stock)));
  const people = await Promise.all(Array.from({ length: buyers }, newCustomer));
  const effort = { retries: 0 };
  const stop = AbortSignal.timeout(seconds * 1_000);
  const giveUp = AbortSignal.timeout(seconds * 1_000 + PATIENCE_MS);
  const ownRandom = () => new SeededRandom(random.between(0, 2 ** 32 - 1));

  await turnKnobs(addresses.sandbox, KNOBS);
  const killing = disturb(home.folder, ownRandom(), stop);
  const shopping = Promise.all(people.map((buyer) => buyAround(buyer, products, ownRandom(), effort, { stop, giveUp })));
  const kills = await killing;
  const loadEnded = performance.now();
  await untilReady(home.folder);
  await turnKnobs(addresses.sandbox, {});
  const wishes = (await shopping).flat();

  const stores = await openStores(addresses);
  try {
    const told = [...new Set(wishes.flatMap(({ orderIds }) => [...orderIds]))];
    const audit = await untilSettled(stores, told);
    const settleMs = Math.round(performance.now() - loadEnded);
    const states = await statesOf(stores, people.map(({ userId }) => userId)); // prettier-ignore
    const lost = told.filter((id) => !states.has(id)).length;
    const twins = wishes.reduce((sum, { orderIds }) => sum + Math.max(0, orderIds.size - 1), 0);
    const doubled = states.size - (told.length - lost) + twins;
    const oversold = (await soldOf(stores, products)).reduce((sum, sold) => sum + Math.max(0, sold - stock), 0);
    const paid = await paidAtTheProvider(stores, states);
    const notices = await noticesOf(people, states);
    const surprises = [...surprisesOf(wishes, states), ...paid.wrong, ...notices.lost.map((one) => `no notice of ${one}`)];
    return {
      seed,
      orders: told.length,
      confirmed: [...states.values()].filter((state) => state === 'CONFIRMED').length,
      cancelled: [...states.values()].filter((state) => state === 'CANCELLED').length,
      out_of_stock: wishes.filter(({ outcome }) => outcome === 'out_of_stock').length,
      kills,
      retries: effort.retries,
      lost,
      doubled,
      oversold,
      paid_again: paid.again,
      overcharged: paid.wrong.length,
      notices_lost: notices.lost.length,
      notices_doubled: notices.doubled,
      surprises: surprises.slice(0, MOST_SURPRISES),
      settle_ms: settleMs,
      audit,
      ok: lost + doubled + oversold + notices.doubled + surprises.length === 0 && isClean(audit),
    };
  } finally {
    await stores.close();
  }
}

async function newProduct({ token }: SignedIn, stock: number): Promise<string> {
  const { json } = await edge('/v1/categories');
  const {
    status,
    text,
    json: made,
  } = await edge('/v1/products', {
    method: 'POST',
    token,
    body: {
      name: 'Lamp that everybody wants',
      description: 'Bright.',
      brand: 'Kavira',
      categoryId: (json as { categories: { id: string }[] }).categories[0]?.id,
      price: { currencyCode: 'INR', units: '799', nanos: 0 },
      initialStock: String(stock),
    },
  });
  if (status !== 200) throw new Error(`the product answered ${status}: ${text}`);
  return (made as { id: string }).id;
}

async function turnKnobs(sandbox: string, knobs: object): Promise<void> {
  const response = await fetch(`${sandbox}/sandbox/knobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(knobs),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the knobs answered ${response.status}: ${await response.text()}`);
}

async function untilReady(home: string): Promise<void> {
  await eventually(
    'A stack with every part ready again',
    async () => {
      const { parts = [] } = (await askControl<{ parts: PartReport[] }>(home, 'status')) ?? {};
      return parts.every(({ state }) => state === 'ready' || state === 'unavailable') ? true : undefined;
    },
    { timeoutMs: PATIENCE_MS, intervalMs: 500 },
  );
}

/** Waits until every order has its end and nothing is in flight, and answers what the auditor says then, or in the end. */
async function untilSettled(stores: Stores, told: readonly string[]): Promise<readonly Verdict[]> {
  const end = performance.now() + PATIENCE_MS;
  const open = async () => {
    const query = "select count(*)::int as open from orders where id = any($1::uuid[]) and state = 'PENDING_PAYMENT'";
    const [row] = await stores.order<{ open: number }>(query, [told]);
    return row?.open;
  };
  await lookUntil(open, (count) => count === 0, { timeoutMs: PATIENCE_MS, intervalMs: 500 });
  return cleanAudit(stores, end - performance.now());
}

async function statesOf({ order }: Stores, customers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await order<{ id: string; state: string }>('select id::text, state from orders where customer_id = any($1::uuid[])', [
    customers,
  ]);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

async function soldOf({ order }: Stores, products: readonly string[]): Promise<number[]> {
  const rows = await order<{ sold: number }>(
    `select sum(l.quantity)::int as sold from orders o join order_lines l on l.order_id = o.id
     where l.product_id = any($1::uuid[]) and o.state = 'CONFIRMED' group by l.product_id`,
    [products],
  );
  return rows.map(({ sold }) => sold);
}

function surprisesOf(wishes: readonly Wish[], states: ReadonlyMap<string, string>): string[] {
  return wishes.flatMap(({ outcome, refusal, orderIds, key }) => {
    if (outcome === 'refused') return [`${key} was refused: ${refusal ?? ''}`];
    const wanted = outcome === 'paid' ? 'CONFIRMED' : 'CANCELLED';
    return [...orderIds].filter((id) => states.get(id) !== wanted).map((id) => `order ${id} was ${outcome}, and is ${states.get(id)}`);
  });
}
