import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@clickhouse/client';
import { Client } from 'pg';
import type { Verdict } from '@shopverse/local/audit/findings';
import { runAudit } from '@shopverse/local/audit/run-audit';
import { openStores, type Stores } from '@shopverse/local/audit/stores';
import { eventually } from '@shopverse/local/demo/eventually';
import { newCustomer, pay, placeOrder, someProduct, theStack } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';
import { dropDeadLetters, publishUnreadable } from '../unreadable-event.ts';

const MINUTE = 60_000;
let stores: Stores;
let order: string;
let payment: string;
let product: string;

const broken = (verdicts: readonly Verdict[]) => verdicts.filter(({ holds }) => !holds).map(({ id }) => id);
/** With no patience at all: whatever is still under way counts as broken. */
const strictly = () => runAudit(stores, { stepMs: 0 });

/** Runs SQL by hand as the owner of a service's tables. */
async function byHand(service: string, sql: string): Promise<void> {
  const { addresses } = await theStack();
  if (service === 'analytics') {
    const analytics = createClient({ url: addresses.clickhouse });
    try {
      await analytics.command({ query: sql });
    } finally {
      await analytics.close();
    }
    return;
  }
  const client = new Client({ connectionString: addresses.database(service) });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  await dropDeadLetters();
  stores = await openStores((await theStack()).addresses);
  const customer = await newCustomer();
  product = (await someProduct(10)).id;
  order = ((await placeOrder(customer, product, 2)).json as { id: string }).id;
  await pay(customer, order);
  await eventually('a shop at rest', async () => (broken(await strictly()).length === 0 ? true : undefined), {
    timeoutMs: 2 * MINUTE,
    intervalMs: 500,
  });
  payment = (await stores.payment<{ id: string }>('select id from payments where order_id = $1', [order]))[0]?.id ?? '';
}, 3 * MINUTE);
afterAll(() => stores.close());

describe('npx shopverse audit', () => {
  it(
    'finds a sound shop sound, and says what it looked at',
    async () => {
      const { code, invariants } = await shopverseJson<{ invariants: Verdict[] }>(['audit']);
      expect([code, broken(invariants)]).toEqual([0, []]);
      expect(invariants.map(({ id }) => id)).toEqual([
        'no-oversell',
        'order-totals',
        'paid-once',
        'delivery',
        'reservations-end',
        'analytics-agrees',
        'dead-letters',
      ]);
      for (const { figure } of invariants) expect(figure).toMatch(/[1-9]/);
    },
    MINUTE,
  );

  it(
    'ends with 1 and names the order when something is broken',
    async () => {
      await byHand('order', `update orders set total_minor = total_minor + 1 where id = '${order}'`);
      try {
        const { code, invariants } = await shopverseJson<{ invariants: Verdict[] }>(['audit', '--patience', '0']);
        expect(code).toBe(1);
        expect(invariants.find(({ id }) => id === 'order-totals')?.offenders).toMatchObject([{ id: order }]);
      } finally {
        await byHand('order', `update orders set total_minor = total_minor - 1 where id = '${order}'`);
      }
    },
    MINUTE,
  );
});

/** What is broken, where, how, how it is mended, and who must be named: the order, the product, or somebody by id. */
interface Breakage {
  readonly what: string;
  readonly invariant: string;
  readonly service: string;
  readonly harm: () => string;
  readonly mend: () => string;
  readonly names: () => string;
}

const STRANGER = '01990000-0000-7000-8000-000000000001';
const set = (table: string, column: string, of: () => string, change: string, back: string, key = 'id') => ({
  harm: () => `update ${table} set ${column} = ${change} where ${key} = '${of()}'`,
  mend: () => `update ${table} set ${column} = ${back} where ${key} = '${of()}'`,
});
const theOrder = () => order;
const theProduct = () => product;
const stranger = () => STRANGER;

const breakages: readonly Breakage[] = [
  { what: 'stock that no movement explains', invariant: 'no-oversell', service: 'product', names: theProduct, ...set('stock', 'on_hand', theProduct, 'on_hand + 1', 'on_hand - 1', 'product_id') },
  { what: 'reserved stock of no reservation', invariant: 'no-oversell', service: 'product', names: theProduct, ...set('stock', 'reserved', theProduct, 'reserved + 1', 'reserved - 1', 'product_id') },
  {
    what: 'goods that left twice for one order',
    invariant: 'no-oversell',
    service: 'product',
    names: theOrder,
    harm: () => `insert into stock_movements (product_id, kind, on_hand_change, reserved_change, order_id, reason) values ('${product}', 'committed', -1, -1, '${order}', 'by hand')`,
    mend: () => `delete from stock_movements where reason = 'by hand'`,
  },
  { what: 'a total that is not the sum of the lines', invariant: 'order-totals', service: 'order', names: theOrder, ...set('order_lines', 'quantity', theOrder, 'quantity + 1', 'quantity - 1', 'order_id') },
  { what: 'a payment of another amount', invariant: 'paid-once', service: 'payment', names: theOrder, ...set('payments', 'amount_minor', theOrder, 'amount_minor - 1', 'amount_minor + 1', 'order_id') },
  {
    what: 'an order that is charged twice',
    invariant: 'paid-once',
    service: 'payment',
    names: theOrder,
    harm: () => `insert into payments (id, order_id, customer_id, state, currency, amount_minor, provider, provider_order_id, provider_key_id, provider_payment_id, created_at, updated_at)
      select '${STRANGER}', order_id, customer_id, 'SUCCEEDED', currency, amount_minor, provider, 'order_by_hand', provider_key_id, 'pay_by_hand', created_at, updated_at
      from payments where order_id = '${order}'`,
    mend: () => `delete from payments where id = '${STRANGER}'`,
  },
  {
    what: 'an order that says it is confirmed and was not paid',
    invariant: 'paid-once',
    service: 'order',
    names: theOrder,
    harm: () => `update orders set payment_id = '${STRANGER}', cancel_reason = payment_id::text where id = '${order}'`,
    mend: () => `update orders set payment_id = cancel_reason::uuid, cancel_reason = '' where id = '${order}'`,
  },
  {
    what: 'money kept for an order that is cancelled',
    invariant: 'paid-once',
    service: 'order',
    names: theOrder,
    ...set('orders', 'state', theOrder, "'CANCELLED'", "'CONFIRMED'"),
  },
  {
    what: 'money for no order that nobody gave back',
    invariant: 'paid-once',
    service: 'order',
    names: theOrder,
    harm: () => `insert into unwanted_payments (payment_id, order_id, customer_id, currency, amount_minor, reason, received_at)
      values ('${STRANGER}', '${order}', '${STRANGER}', 'INR', 100, 'PAID_BEFORE', now() - interval '1 hour')`,
    mend: () => `delete from unwanted_payments where payment_id = '${STRANGER}'`,
  },
  {
    what: 'money that came twice and nobody gave back',
    invariant: 'paid-once',
    service: 'payment',
    names: theOrder,
    harm: () => `insert into discrepancies (payment_id, provider_payment_id, kind, currency, amount_minor)
      select id, 'pay_by_hand', 'CAPTURED_TWICE', currency, amount_minor from payments where order_id = '${order}'`,
    mend: () => `delete from discrepancies where provider_payment_id = 'pay_by_hand'`,
  },
  { what: 'a state without its history', invariant: 'delivery', service: 'order', names: theOrder, ...set('order_history', "to_state", theOrder, "'SHIPPED'", "'CONFIRMED'", "from_state is not null and order_id") },
  { what: 'a reservation that was released although the order is sold', invariant: 'reservations-end', service: 'product', names: theOrder, ...set('reservations', 'state', theOrder, "'RELEASED'", "'COMMITTED'", 'order_id') },
  { what: 'goods reserved that nobody ordered', invariant: 'reservations-end', service: 'product', names: theOrder, ...set('reservation_items', 'quantity', theOrder, 'quantity + 1', 'quantity - 1', 'order_id') },
  {
    what: 'revenue that nobody captured',
    invariant: 'analytics-agrees',
    service: 'analytics',
    names: stranger,
    harm: () => `INSERT INTO payments (payment_id, order_id, currency, amount_minor, succeeded_at) VALUES ('${STRANGER}', '${STRANGER}', 'INR', 100, '2026-01-01 00:00:00.000')`,
    mend: () => `ALTER TABLE payments DELETE WHERE payment_id = '${STRANGER}' SETTINGS mutations_sync = 1`,
  },
  {
    what: 'money that nobody gave back',
    invariant: 'analytics-agrees',
    service: 'analytics',
    names: stranger,
    harm: () => `INSERT INTO refunds (refund_id, payment_id, order_id, currency, amount_minor, refunded_at) VALUES ('${STRANGER}', '${STRANGER}', '${STRANGER}', 'INR', 100, '2026-01-01 00:00:00.000')`,
    mend: () => `ALTER TABLE refunds DELETE WHERE payment_id = '${STRANGER}' SETTINGS mutations_sync = 1`,
  },
  {
    what: 'revenue of no order at all',
    invariant: 'analytics-agrees',
    service: 'analytics',
    names: () => 'analytics',
    harm: () => `INSERT INTO payments (payment_id, order_id, currency, amount_minor, succeeded_at) VALUES ('${STRANGER}', '', 'INR', 100, '2026-01-01 00:00:00.000')`,
    mend: () => `ALTER TABLE payments DELETE WHERE payment_id = '${STRANGER}' SETTINGS mutations_sync = 1`,
  },
  {
    what: 'an order that analytics has on its way', invariant: 'analytics-agrees', service: 'analytics', names: theOrder,
    harm: () => `ALTER TABLE orders UPDATE shipped_at = confirmed_at WHERE order_id = '${order}' SETTINGS mutations_sync = 1`,
    mend: () => `ALTER TABLE orders UPDATE shipped_at = toDateTime64(0, 3, 'UTC') WHERE order_id = '${order}' SETTINGS mutations_sync = 1`,
  },
  {
    what: 'revenue of another day', invariant: 'analytics-agrees', service: 'analytics', names: () => payment,
    harm: () => `ALTER TABLE payments UPDATE succeeded_at = succeeded_at - toIntervalDay(1) WHERE order_id = '${order}' AND succeeded_at > 0 SETTINGS mutations_sync = 1`,
    mend: () => `ALTER TABLE payments UPDATE succeeded_at = succeeded_at + toIntervalDay(1) WHERE order_id = '${order}' AND succeeded_at > 0 SETTINGS mutations_sync = 1`,
  },
]; // prettier-ignore

describe('a shop that was broken by hand', () => {
  it.each(breakages)(
    '$what is found: $invariant',
    async ({ invariant, service, harm, mend, names }) => {
      await byHand(service, harm());
      try {
        const verdict = (await strictly()).find(({ id }) => id === invariant);
        expect(verdict).toMatchObject({ holds: false });
        expect(verdict?.offenders.map(({ id }) => id)).toContain(names());
      } finally {
        await byHand(service, mend());
      }
    },
    MINUTE,
  );

  it(
    'an event that does not get out is found: delivery',
    async () => {
      // Its relay would send it at once.
      await shopverse(['stop', 'user']);
      try {
        await byHand(
          'user',
          `insert into outbox (id, aggregatetype, aggregateid, type, topic, payload, created_at)
           values ('${STRANGER}', 'user', 'x', 'by.Hand', 'nowhere', '', now() - interval '1 hour')`,
        );
        const verdict = (await runAudit(stores)).find(({ id }) => id === 'delivery');
        expect(verdict).toMatchObject({ holds: false, offenders: [{ id: STRANGER }] });
      } finally {
        await byHand('user', `delete from outbox where id = '${STRANGER}'`);
        await shopverse(['start', 'user']);
      }
    },
    3 * MINUTE,
  );

  it(
    'an event that consumers gave up on is found until somebody looks after it: dead-letters',
    async () => {
      const verdict = async () => (await strictly()).find(({ id }) => id === 'dead-letters');
      const { id: eventId, letters } = await publishUnreadable();
      const groups = letters.map(({ group }) => group);
      try {
        const found = await verdict();
        expect(found).toMatchObject({ holds: false, offenders_in_all: letters.length });
        expect(found?.offenders.every(({ id }) => id === eventId)).toBe(true);
        expect(found?.offenders.map(({ why }) => why).join()).toContain(`npx shopverse dlq show ${groups[0]}`);
      } finally {
        for (const { group, id } of letters) await shopverse(['dlq', 'drop', group, id]);
      }
      expect(await verdict()).toMatchObject({ holds: true, offenders: [] });
    },
    2 * MINUTE,
  );

  it(
    'by a moment only is not called broken: what has its time left is in flight',
    async () => {
      await byHand('product', `update reservations set state = 'ACTIVE', ended_at = null where order_id = '${order}'`);
      try {
        const [verdict] = (await runAudit(stores, { stepMs: 24 * 60 * MINUTE })).filter(({ id }) => id === 'reservations-end');
        expect(verdict).toMatchObject({ holds: true, in_flight: 1 });
      } finally {
        await byHand('product', `update reservations set state = 'COMMITTED', ended_at = now() where order_id = '${order}'`);
      }
    },
    MINUTE,
  );

  it(
    'is sound again when all of it is mended',
    async () => {
      expect(broken(await strictly())).toEqual([]);
    },
    MINUTE,
  );
});
