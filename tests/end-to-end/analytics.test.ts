import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { admin, edge, newCustomer, pay, placeOrder, someProduct, type SignedIn } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

interface Money {
  readonly currencyCode: string;
  readonly units: string;
  readonly nanos: number;
}
interface Revenue {
  readonly timeZone: string;
  readonly buckets: readonly {
    readonly start: string;
    readonly end: string;
    readonly totals: readonly { readonly captured: Money; readonly refunded: Money; readonly net: Money; readonly orders: string }[];
  }[];
}
interface Statistics {
  readonly orders: string;
  readonly states: readonly { readonly state: string; readonly orders: string }[];
  readonly values: readonly { readonly orders: string; readonly total: Money; readonly average: Money }[];
}
interface Funnel {
  readonly steps: readonly {
    readonly step: string;
    readonly people: string;
    readonly peopleThrough: string;
    readonly conversionRate: number;
  }[];
}
interface Methods {
  readonly methods?: readonly {
    readonly provider: string;
    readonly method: string;
    readonly successes: string;
    readonly successRate: number;
  }[];
}
interface Counts {
  readonly counts: readonly { readonly service: string; readonly eventType: string; readonly events: string }[];
}
interface Customers {
  readonly customers: string;
  readonly newCustomers: string;
  readonly returningCustomers: string;
  readonly repeatRate: number;
}

let boss: SignedIn;
let asha: SignedIn;
let since: string;

const figure = async <T>(name: string, query: Readonly<Record<string, string>> = {}): Promise<T> => {
  const { status, json, text } = await edge(`/v1/analytics/${name}?${new URLSearchParams(query).toString()}`, { token: boss.token });
  if (status !== 200) throw new Error(`${name}: ${status} ${text}`);
  return json as T;
};

/** A customer looks at a product, puts it into the cart and buys it, twice. Nobody else buys meanwhile, so what is since then is theirs. */
beforeAll(async () => {
  [boss, asha] = await Promise.all([admin(), newCustomer()]);
  const product = await someProduct(10);
  since = new Date().toISOString();
  await edge(`/v1/products/${product.id}`, { token: asha.token });
  await edge('/v1/cart/items', { method: 'POST', token: asha.token, body: { productId: product.id, quantity: 1 } });
  for (const quantity of [1, 2]) {
    const order = (await placeOrder(asha, product.id, quantity)).json as { id: string };
    await pay(asha, order.id);
  }
  await eventually(
    'two paid orders and what came before them',
    async () => {
      const { steps } = await figure<Funnel>('funnel', { from: since });
      const { values } = await figure<Statistics>('orders', { from: since });
      return steps[0]?.people === '1' && steps[1]?.people === '1' && values[0]?.orders === '2' ? true : undefined;
    },
    { timeoutMs: 2 * MINUTE, intervalMs: 300 },
  );
}, 4 * MINUTE);

describe('the figures', () => {
  it('say where the orders stand and what they were worth', async () => {
    const { orders, states, values } = await figure<Statistics>('orders', { from: since });
    expect(orders).toBe('2');
    expect(states.map(({ state }) => state)).toEqual(
      ['PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'].map((state) => `ORDER_STATE_${state}`),
    );
    expect(states.find(({ state }) => state === 'ORDER_STATE_CONFIRMED')?.orders).toBe('2');
    const minor = ({ units, nanos }: Money) => Number(units) * 100 + nanos / 10_000_000;
    expect(values).toHaveLength(1);
    const [value] = values;
    expect(value && minor(value.average) * 2).toBe(value && minor(value.total));
  });

  it('say the revenue by day, week and month of a zone', async () => {
    const [statistics, day] = await Promise.all([
      figure<Statistics>('orders', { from: since }),
      figure<Revenue>('revenue', { from: since, timeZone: 'Asia/Kolkata', granularity: 'GRANULARITY_DAY' }),
    ]);
    expect(day.timeZone).toBe('Asia/Kolkata');
    const [inr] = day.buckets.flatMap(({ totals }) => totals.filter(({ orders }) => orders !== '0'));
    expect(inr).toMatchObject({
      captured: statistics.values[0]?.total,
      net: statistics.values[0]?.total,
      orders: '2',
      refunded: { units: '0' },
    });
    expect(day.buckets[0]?.start).toMatch(/T18:30:00Z$/);

    const from = new Date(Date.now() - 40 * DAY_MS).toISOString();
    for (const [granularity, least, most] of [['DAY', 41, 41], ['WEEK', 6, 7], ['MONTH', 2, 3]] as const) {
      const { buckets } = await figure<Revenue>('revenue', { from, granularity: `GRANULARITY_${granularity}` });
      expect(buckets.length).toBeGreaterThanOrEqual(least);
      expect(buckets.length).toBeLessThanOrEqual(most);
      expect(buckets.slice(1).map(({ start }) => start)).toEqual(buckets.slice(0, -1).map(({ end }) => end));
    } // prettier-ignore
  });

  it('say how people came to buy', async () => {
    const { steps } = await figure<Funnel>('funnel', { from: since });
    expect(steps.map(({ step, people, peopleThrough, conversionRate }) => [step, people, peopleThrough, conversionRate])).toEqual(
      ['VIEWED', 'CART', 'ORDERED', 'PAID'].map((step) => [`FUNNEL_STEP_${step}`, '1', '1', 1]),
    );
  });

  it('say how it was paid', async () => {
    const { methods = [] } = await figure<Methods>('paymentMethods', { from: since });
    expect(methods).toMatchObject([{ provider: 'razorpay', method: expect.stringMatching(/^\w+$/), successes: '2', successRate: 1 }]);
  });

  it('count events by service and type', async () => {
    const { counts } = await figure<Counts>('eventCounts', { from: since });
    const of = (name: string) => counts.find(({ eventType }) => eventType === name);
    expect(of('shopverse.order.v1.OrderPlaced')).toMatchObject({ service: 'order', events: '2' });
    expect(of('shopverse.payment.v1.PaymentSucceeded')).toMatchObject({ service: 'payment', events: '2' });
    expect(new Set(counts.map(({ service }) => service))).toEqual(new Set(['auth', 'order', 'payment', 'product', 'user']));
  });

  it('say who is new', async () => {
    expect(await figure<Customers>('customers', { from: since })).toMatchObject({
      customers: '1',
      newCustomers: '1',
      returningCustomers: '0',
      repeatRate: 1,
    });
  });

  it('of a time in which nothing happened are nothing', async () => {
    const range = { from: '2001-01-01T00:00:00Z', to: '2001-01-03T00:00:00Z' };
    expect(await figure<Statistics>('orders', range)).toMatchObject({ orders: '0' });
    const { buckets } = await figure<Revenue>('revenue', range);
    expect(buckets.map(({ totals }) => totals.map(({ net, orders }) => [net.units, net.nanos, orders]))).toEqual(
      [1, 2].map(() => buckets[0]?.totals.map(() => ['0', 0, '0'])),
    );
    expect((await figure<Methods>('paymentMethods', range)).methods ?? []).toEqual([]);
    expect((await figure<Counts>('eventCounts', range)).counts.every(({ events }) => events === '0')).toBe(true);
    expect((await figure<Funnel>('funnel', range)).steps.every(({ conversionRate }) => conversionRate === 0)).toBe(true);
    expect(await figure<Customers>('customers', range)).toMatchObject({ customers: '0', repeatRate: 0 });
    expect(await figure<object>('dashboard', range)).toMatchObject({ users: '0', orders: '0', confirmedOrders: '0' });
  });
});

describe('a request for figures that is wrong is refused', () => {
  const names = ['revenue', 'orders', 'funnel', 'paymentMethods', 'eventCounts', 'customers', 'dashboard', 'topProducts'];
  it.each(names)('%s', async (name) => {
    const url = `/v1/analytics/${name}`;
    const backwards = await edge(`${url}?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z`, { token: boss.token });
    expect([backwards.status, backwards.text]).toEqual([400, expect.stringContaining('"field":"to"')]);
    expect((await edge(`${url}?from=yesterday`, { token: boss.token })).status).toBe(400);
    expect((await edge(url, { token: asha.token })).status).toBe(403);
    expect((await edge(url)).status).toBe(401);
  });

  it.each([
    ['time_zone', 'revenue?timeZone=Mars%2FOlympus'],
    ['time_zone', `revenue?timeZone=${'x'.repeat(65)}`],
    ['to', 'revenue?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['to', 'funnel?from=2001-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
  ])('for %s: %s', async (field, path) => {
    const { status, text } = await edge(`/v1/analytics/${path}`, { token: boss.token });
    expect([status, text]).toEqual([400, expect.stringContaining(`"field":"${field}"`)]);
  });
});

it('a granularity that is none is refused before it comes to the service', async () => {
  const { status, text } = await edge('/v1/analytics/revenue?granularity=9', { token: boss.token });
  expect([status, text]).toEqual([400, expect.stringContaining('granularity: invalid value')]);
});

describe('all figures', () => {
  it(
    'are made anew by command while the service is stopped, and are what they were',
    async () => {
      const all = async () => ({
        orders: await figure<object>('orders', { from: since }),
        revenue: await figure<object>('revenue', { from: since }),
        methods: await figure<object>('paymentMethods', { from: since }),
        customers: await figure<object>('customers', { from: since }),
      });
      const before = await all();
      expect(await shopverse(['analytics', 'rebuild'])).toMatchObject({ code: 1, output: expect.stringContaining('stop the service') });
      expect(await all()).toMatchObject({ orders: { orders: '2' } });
      expect((await shopverse(['stop', 'analytics'])).code).toBe(0);
      try {
        const dry = await shopverseJson<{ events: number; dry_run: boolean }>(['analytics', 'rebuild', '--dry-run']);
        expect(dry).toMatchObject({ code: 0, dry_run: true, forgotten: 0 });
        const done = await shopverseJson<{ events: number; messages: number }>(['analytics', 'rebuild', '--note', 'made by a test']);
        expect(done).toMatchObject({ code: 0, events: dry.events });
        expect(done.messages).toBeGreaterThan(0);
      } finally {
        await shopverse(['start', 'analytics']);
      }
      const after = await eventually('the figures', () => all().catch(() => undefined), { timeoutMs: MINUTE, intervalMs: 500 });
      expect(after).toEqual(before);
    },
    3 * MINUTE,
  );
});
