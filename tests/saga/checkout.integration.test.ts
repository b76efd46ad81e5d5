import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { Failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import fc from 'fast-check';
import { callOf, Checkout, type Job } from './checkout.ts';
import { Crash } from './faults.ts';

const MINUTE = 60_000;
const WISHES = 3;
const SHIP_TO = { recipient: 'A', street: 'B', city: 'C', state: '', postalCode: '700016', countryCode: 'IN' };
/** Refusals and troubles that clients and operators of a real shop see as well. */
const EXPECTED: ReadonlySet<number> = new Set([
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.ALREADY_EXISTS,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
]);

/** Something that happens; it ends at its `crash`th moment, if it has so many. */
const step = fc.record({
  crash: fc.option(fc.nat(7), { nil: undefined, freq: 2 }),
  what: fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('place' as const), wish: fc.nat(WISHES - 1) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('open' as const), wish: fc.nat(WISHES - 1) }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('pay' as const), wish: fc.nat(WISHES - 1), declined: fc.nat(3).map((of) => of === 0) }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('hear' as const), notice: fc.nat(9), fate: fc.constantFrom('once', 'once', 'twice', 'lost') }) }, // prettier-ignore
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver' as const), group: fc.nat(2), which: fc.nat(9), count: fc.integer({ min: 1, max: 3 }) }) }, // prettier-ignore
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), group: fc.nat(2), which: fc.nat(9), count: fc.integer({ min: 1, max: 5 }) }) }, // prettier-ignore
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), wish: fc.nat(WISHES - 1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('send' as const), wish: fc.nat(WISHES - 1), arrived: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refund' as const), wish: fc.nat(WISHES - 1), part: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 2, 5, 20) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('job' as const), job: fc.constantFrom<Job[]>('unpaid', 'reconcile', 'refunds', 'sweep') }) }, // prettier-ignore
  ),
});
type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never)['what'];

let shop: Checkout;
beforeAll(async () => {
  shop = await Checkout.open();
}, 120_000);
afterAll(() => shop.close());

/** Customers who want something, each with the key that they send again and again, and what they were told. */
class Customers {
  readonly #wishes: readonly { readonly userId: string; readonly key: string; readonly productId: string; readonly quantity: number }[];
  /** Order ids by wish, as answered. */
  readonly told: readonly Set<string>[];
  /** Orders whose customers were told where to pay. */
  readonly #payable = new Set<string>();

  constructor(products: readonly string[]) {
    const userId = newId();
    this.#wishes = Array.from({ length: WISHES }, (_, index) => ({
      userId: index < 2 ? userId : newId(),
      key: newId(),
      productId: products[index % products.length] ?? '',
      quantity: 1 + (index % 2),
    }));
    this.told = this.#wishes.map(() => new Set<string>());
  }

  async do(what: Step): Promise<void> {
    if ('wish' in what) return this.#wish(what);
    const group = 'group' in what ? (shop.bus.groups[what.group] ?? '') : '';
    if (what.kind === 'hear') return this.#hear(what.notice, what.fate);
    if (what.kind === 'deliver') return void (await shop.bus.deliver(group, what.which, what.count));
    if (what.kind === 'again') return shop.bus.rewind(group, what.which, what.count);
    if (what.kind === 'wait') return shop.pass(what.minutes * MINUTE);
    return shop.run(what.job);
  }

  async #wish(what: Extract<Step, { wish: number }>): Promise<void> {
    const wish = this.#wishes[what.wish];
    const told = this.told[what.wish];
    if (wish === undefined || told === undefined) return;
    const { userId, key, productId, quantity } = wish;
    const mine = (idempotencyKey?: string, request: object = {}) => callOf({ userId }, idempotencyKey, request);
    if (what.kind === 'place') {
      const request = { items: [{ productId, quantity }], shippingAddress: SHIP_TO, fromCart: false };
      told.add((await shop.orders.createOrder(request, mine(key, request))).id);
      return;
    }
    const [orderId] = told;
    if (orderId === undefined) return;
    if (what.kind === 'open') {
      await shop.payments.create({ orderId }, mine(`pay ${key}`, { orderId }));
      this.#payable.add(orderId);
    }
    if (what.kind === 'pay' && this.#payable.has(orderId)) shop.provider.pay(orderId, what.declined ? 'failed' : 'captured');
    if (what.kind === 'cancel') await shop.orders.cancelOrder({ id: orderId, reason: '', etag: '' }, mine());
    const boss = callOf({ role: 'ADMIN' }, newId());
    if (what.kind === 'send') {
      const change = what.arrived
        ? ({ $case: 'deliver', value: {} } as const)
        : ({ $case: 'ship', value: { carrier: 'India Post', trackingNumber: 'EE1' } } as const);
      await shop.orders.updateOrderStatus({ id: orderId, change, reason: '', etag: '' }, boss);
    }
    if (what.kind === 'refund') {
      const [payment] = await shop.stores.payment<{ id: string }>('select id from payments where order_id = $1', [orderId]);
      const amount = what.part ? { currencyCode: 'INR', units: 1n, nanos: 0 } : undefined;
      if (payment !== undefined) await shop.payments.refund({ id: payment.id, reason: 'It broke.', amount }, boss);
    }
  }

  async #hear(which: number, fate: string): Promise<void> {
    const { notices } = shop.provider;
    const notice = notices[which % Math.max(1, notices.length)];
    if (notice === undefined) return;
    if (fate !== 'lost') await shop.hear(notice);
    if (fate === 'twice') await shop.hear(notice);
    // Only now: one whose taker died is sent again.
    notices.splice(notices.indexOf(notice), 1);
  }
}

/** A step may be refused, and its process may die. */
async function survive(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Crash || (error instanceof Failure && EXPECTED.has(error.code))) return;
    throw error;
  }
}

/** Nobody does anything new and nothing dies; time passes, and everything that was begun comes to its end. */
async function settle(): Promise<void> {
  shop.faults.arm(undefined);
  for (const minutes of [1, 16, 30, 120, 600, 3_000, 5_000, 1, 1]) {
    await shop.pass(minutes * MINUTE);
    for (const notice of shop.provider.notices.splice(0)) await shop.hear(notice);
    for (const job of ['unpaid', 'reconcile', 'refunds', 'sweep', 'refunds'] as const) await shop.run(job);
    // Events have effects that publish events.
    for (let round = 0; round < 10; round += 1) {
      await shop.bus.relay();
      for (const group of shop.bus.groups) while (await shop.bus.deliver(group, 0, 1_000));
    }
  }
}

/** All that must hold of what customers were told, and of the money at the provider. */
async function faultsOf(customers: Customers): Promise<string[]> {
  const found: string[] = [];
  for (const ids of customers.told) {
    if (ids.size > 1) found.push(`one key made the orders ${[...ids].join(' and ')}`);
    for (const id of ids) {
      const [order] = await shop.stores.order<{ state: string }>('select state from orders where id = $1', [id]);
      const [payment] = await shop.stores.payment<{ amount: string; refunded: string }>(
        'select amount_minor::text as amount, refunded_minor::text as refunded from payments where order_id = $1',
        [id],
      );
      const sold = ['CONFIRMED', 'SHIPPED', 'DELIVERED'].includes(order?.state ?? '');
      const due = sold && payment !== undefined ? BigInt(payment.amount) - BigInt(payment.refunded) : 0n;
      if (order === undefined) found.push(`order ${id} is not there`);
      if (order?.state === 'PENDING_PAYMENT') found.push(`order ${id} waits for ever`);
      if (shop.provider.keeps(id) !== due)
        found.push(`order ${id} is ${order?.state}: the provider keeps ${shop.provider.keeps(id)}, not ${due}`);
    }
  }
  const broken = (await shop.audit()).filter(({ holds }) => !holds);
  return [...found, ...broken.flatMap(({ id, offenders }) => offenders.map((one) => `${id}: ${one.id} ${one.why}`))];
}

describe('order, payment and product together', () => {
  it('keep every invariant, whatever is asked, heard, lost, doubled or late, and between whichever two steps a process dies', async () => {
    let [orders, crashes] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), async (steps) => {
        const customers = new Customers([await shop.sell(1_299n, 3), await shop.sell(649n, 40)]);
        for (const { what, crash } of steps) {
          shop.faults.arm(crash);
          await survive(() => customers.do(what));
          crashes += shop.faults.crashed ? 1 : 0;
          shop.faults.arm(undefined);
          await shop.bus.relay();
        }
        await settle();
        expect(await faultsOf(customers)).toEqual([]);
        orders += customers.told.reduce((sum, ids) => sum + ids.size, 0);
      }),
      { numRuns: 60, endOnFailure: true },
    );
    const states = await shop.stores.order<{ state: string; orders: number }>(
      'select state, count(*)::int as orders from orders group by state',
    );
    const ended = Object.fromEntries(states.map(({ state, orders: count }) => [state, count]));
    const [twice] = await shop.stores.payment<{ refunds: number }>('select count(*)::int as refunds from refunds where surplus');
    // Otherwise the steps would prove little.
    expect([orders > 20, crashes > 20, (ended['CONFIRMED'] ?? 0) > 0, (ended['CANCELLED'] ?? 0) > 0, (twice?.refunds ?? 0) > 0]).toEqual(
      Array(5).fill(true),
    );
  }, 300_000);
});
