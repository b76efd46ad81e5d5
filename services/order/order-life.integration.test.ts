import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderActorKind, OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import type { UpdateOrderStatusRequest } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { PaymentState } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import { sql } from 'kysely';
import { cancelUnpaidOrders } from './jobs/cancel-unpaid-orders.ts';
import { countOpenOrders } from './rpc/count-open-orders.ts';
import { eraseCustomer } from './store/erase-customer.ts';
import { OrderScene, TOTAL } from './testing/order-scene.ts';
import { refusalOf } from './testing/refusal.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.clock.now = () => new Date();
});

const total = TOTAL;
const adminId = newId();
const place = (userId?: string) => shop.place(userId);
const get = (id: string) => shop.as({ role: 'ADMIN' }, (orders) => orders.getOrder({ id }));
const cancel = (id: string, caller: object, { reason = '', etag = '', key = newId() } = {}) =>
  shop.as(caller, (orders) => orders.cancelOrder({ id, reason, etag }, { idempotencyKey: key }));
const update = (id: string, change: UpdateOrderStatusRequest['change'], { etag = '', key = newId(), reason = '' } = {}) =>
  shop.as({ role: 'ADMIN', userId: adminId }, (orders) => orders.updateOrderStatus({ id, change, etag, reason }, { idempotencyKey: key }));
const ship = (id: string, options?: Parameters<typeof update>[2]) =>
  update(id, { $case: 'ship', value: { carrier: 'India Post', trackingNumber: 'EE123456789IN' } }, options);
const deliver = (id: string, options?: Parameters<typeof update>[2]) => update(id, { $case: 'deliver', value: {} }, options);
/** A paid order; answers its id and its payment's. */
async function paid(userId?: string): Promise<{ orderId: string; paymentId: string }> {
  const [orderId, paymentId] = [await place(userId), newId()];
  await shop.paymentSucceeded({ orderId, paymentId });
  return { orderId, paymentId };
}
const unwanted = (orderId: string) =>
  shop.rows<{ payment_id: string; reason: string; amount_minor: string; settled_at: string | null }>(
    sql`select payment_id, reason, amount_minor, settled_at from unwanted_payments where order_id = ${orderId}`,
  );

describe('an order and its payment', () => {
  it('is confirmed once, however often the event comes', async () => {
    const orderId = await place();
    const paymentId = newId();
    const eventId = newId();
    await Promise.all([1, 2].map(() => shop.paymentSucceeded({ orderId, paymentId, amount: total }, eventId)));
    await shop.paymentSucceeded({ orderId, paymentId, amount: total });
    expect(await get(orderId)).toMatchObject({ state: OrderState.CONFIRMED, etag: '"2"' });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed']);
    expect(await unwanted(orderId)).toEqual([]);
  });

  it('is cancelled when the payment fails', async () => {
    const orderId = await place();
    await shop.paymentFailed(orderId);
    await shop.paymentFailed(orderId);
    expect(await get(orderId)).toMatchObject({ state: OrderState.CANCELLED, cancelReason: 'The payment failed: declined' });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  it.each<[string, (orderId: string) => Promise<unknown>, bigint, string, number]>([
    ['that was cancelled in the meantime', (orderId) => cancel(orderId, { role: 'ADMIN' }), 50_000n, 'ORDER_CANCELLED', OrderState.CANCELLED],
    ['whose other payment failed', (orderId) => shop.paymentFailed(orderId), 50_000n, 'ORDER_CANCELLED', OrderState.CANCELLED],
    ['that is paid', (orderId) => shop.paymentSucceeded({ orderId, amount: total }), 50_000n, 'PAID_BEFORE', OrderState.CONFIRMED],
    ['that costs something else', async () => {}, 49_999n, 'AMOUNT_DIFFERS', OrderState.PENDING_PAYMENT],
  ])('%s does not use the money: it is owed, and an alarm is raised', async (_what, before, minor, reason, state) => {
    const orderId = await place();
    await before(orderId);
    const events = await shop.events(orderId);
    const paymentId = newId();
    await shop.paymentSucceeded({ orderId, paymentId, amount: toMessage({ currency: 'INR', minor }) });
    expect(await get(orderId)).toMatchObject({ state });
    await shop.paymentSucceeded({ orderId, paymentId, amount: toMessage({ currency: 'INR', minor }) });
    expect(await shop.events(orderId)).toEqual([...events, 'OrderPaymentUnwanted']);
    expect(await shop.messages('shopverse.order.v1.OrderPaymentUnwanted', orderId)).toMatchObject([{ paymentId, reason, amount: { units: minor / 100n } }]);
    expect(await unwanted(orderId)).toEqual([{ payment_id: paymentId, reason, amount_minor: String(minor), settled_at: null }]);
    expect(shop.host.logged).toContainEqual(expect.objectContaining({ level: 50, order_id: orderId, payment_id: paymentId, reason }));
    const history = await shop.rows<{ reason: string }>(sql`select reason from order_history where order_id = ${orderId} order by position`);
    expect(history.at(-1)?.reason).toContain(paymentId);
  }); // prettier-ignore

  it('that nobody knows is owed too', async () => {
    const orderId = newId();
    await shop.paymentSucceeded({ orderId, amount: total });
    expect(await unwanted(orderId)).toMatchObject([{ reason: 'ORDER_UNKNOWN' }]);
    expect(await shop.events(orderId)).toEqual(['OrderPaymentUnwanted']);
  });

  it('that is owed is settled by the refund that covers it, and by no smaller one', async () => {
    const [orderId, paymentId] = [await place(), newId()];
    await cancel(orderId, { role: 'ADMIN' });
    await shop.paymentSucceeded({ orderId, paymentId });
    await shop.paymentRefunded({ orderId, paymentId, refundedTotal: toMessage({ currency: 'INR', minor: 49_999n }) });
    expect(await unwanted(orderId)).toMatchObject([{ settled_at: null }]);
    await shop.paymentRefunded({ orderId, paymentId });
    expect(await unwanted(orderId)).toMatchObject([{ settled_at: expect.any(String) }]);
    expect(await get(orderId)).toMatchObject({ state: OrderState.CANCELLED, payments: [{ id: paymentId, state: PaymentState.REFUNDED }] });
  });

  it('shows as it goes, whatever comes first and however often', async () => {
    const [orderId, paymentId] = [await place(), newId()];
    const shown = async () => (await get(orderId)).payments;
    await shop.paymentCreated({ orderId, paymentId });
    await shop.paymentCreated({ orderId, paymentId });
    const nothing = toMessage({ currency: 'INR', minor: 0n });
    expect(await shown()).toEqual([{ id: paymentId, state: PaymentState.CREATED, amount: total, refunded: nothing, method: '' }]);
    expect(await get(orderId)).toMatchObject({ etag: '"1"' });
    await shop.paymentSucceeded({ orderId, paymentId });
    await shop.paymentCreated({ orderId, paymentId });
    expect(await shown()).toEqual([{ id: paymentId, state: PaymentState.SUCCEEDED, amount: total, refunded: nothing, method: 'upi' }]);
    const part = toMessage({ currency: 'INR', minor: 100n });
    await shop.paymentRefunded({ orderId, paymentId, refundedTotal: part });
    expect(await get(orderId)).toMatchObject({
      state: OrderState.CONFIRMED,
      payments: [{ state: PaymentState.PARTIALLY_REFUNDED, refunded: part }],
    });
    await shop.paymentCreated({ orderId: newId(), paymentId });
  });

  it('is given back once when a customer cancels at the moment in which it comes', async () => {
    const userId = newId();
    const orderId = await place(userId);
    // Both have begun and wait for the order's row before either may go on.
    const waiting = () =>
      shop.rows<{ n: string }>(
        sql`select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
    let race: Promise<unknown> = Promise.resolve();
    await shop.database.transaction(async (tx) => {
      await sql`select 1 from orders where id = ${orderId} for update`.execute(tx.sql);
      race = Promise.all([cancel(orderId, { userId }), shop.paymentSucceeded({ orderId, amount: total })]);
      await eventually('both to wait', async () => (await waiting())[0]?.n === '2');
    });
    await race;
    const events = await shop.events(orderId);
    const owed = await unwanted(orderId);
    const [told] = await shop.messages('shopverse.order.v1.OrderCancelled', orderId);
    // Either way the order is cancelled, and its money is asked back once: by the one event or by the other.
    if (told?.paymentId === '') expect([events, owed.length]).toEqual([['OrderPlaced', 'OrderCancelled', 'OrderPaymentUnwanted'], 1]);
    else expect([events, owed.length]).toEqual([['OrderPlaced', 'OrderConfirmed', 'OrderCancelled'], 0]);
    expect(await get(orderId)).toMatchObject({ state: OrderState.CANCELLED });
  });
});

describe('cancelling an order', () => {
  it('is written down with who and why', async () => {
    const userId = newId();
    const orderId = await place(userId);
    expect(await cancel(orderId, { userId }, { reason: 'Too late.' })).toMatchObject({
      state: OrderState.CANCELLED,
      cancelReason: 'Too late.',
      etag: '"2"',
    });
    expect(await shop.rows(sql`select from_state, to_state, actor_kind, actor_id, reason from order_history where order_id = ${orderId} order by position`)).toEqual([
      { from_state: null, to_state: 'PENDING_PAYMENT', actor_kind: 'CUSTOMER', actor_id: userId, reason: 'placed' },
      { from_state: 'PENDING_PAYMENT', to_state: 'CANCELLED', actor_kind: 'CUSTOMER', actor_id: userId, reason: 'Too late.' },
    ]); // prettier-ignore
  });

  it('of a paid order asks for its money back, and is complete when that is there', async () => {
    const userId = newId();
    const { orderId, paymentId } = await paid(userId);
    expect(await cancel(orderId, { userId })).toMatchObject({ state: OrderState.CANCELLED, cancelReason: 'Cancelled by the customer.' });
    expect(await shop.messages('shopverse.order.v1.OrderCancelled', orderId)).toMatchObject([{ paymentId, total }]);
    await shop.paymentRefunded({ orderId, paymentId });
    await shop.paymentRefunded({ orderId, paymentId });
    expect(await get(orderId)).toMatchObject({ state: OrderState.REFUNDED, payments: [{ state: PaymentState.REFUNDED, refunded: total }] });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed', 'OrderCancelled', 'OrderRefunded']);
    expect(await shop.messages('shopverse.order.v1.OrderRefunded', orderId)).toMatchObject([{ paymentId }]);
  });

  it('is refused when it is shipped or cancelled, with the state and the move', async () => {
    const { orderId } = await paid();
    await ship(orderId);
    expect(await refusalOf(cancel(orderId, { role: 'ADMIN' }))).toMatchObject({
      reason: 'ORDER_STATE',
      metadata: { state: 'SHIPPED', move: 'cancelPaid' },
    });
    const other = await place();
    await cancel(other, { role: 'ADMIN' });
    expect(await refusalOf(cancel(other, { role: 'ADMIN' }))).toMatchObject({ reason: 'ORDER_STATE', metadata: { state: 'CANCELLED' } });
    expect(await shop.events(other)).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  it('again with the same key answers the same; with another body it is refused', async () => {
    const userId = newId();
    const [orderId, key] = [await place(userId), newId()];
    const answers = await Promise.all([cancel(orderId, { userId }, { key }), cancel(orderId, { userId }, { key })]);
    expect(answers[1]).toEqual(answers[0]);
    expect(await cancel(orderId, { userId }, { key })).toEqual(answers[0]);
    expect((await refusalOf(cancel(orderId, { userId }, { key, reason: 'other' }))).reason).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  it('twice at once happens once', async () => {
    const { orderId } = await paid();
    const calls = await Promise.allSettled(Array.from({ length: 6 }, () => cancel(orderId, { role: 'ADMIN' })));
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const call of calls) if (call.status === 'rejected') expect(call.reason).toMatchObject({ reason: 'ORDER_STATE' });
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed', 'OrderCancelled']);
  });

  it('of an order that has changed since it was read is refused, and changes nothing', async () => {
    const orderId = await place();
    const { etag } = await get(orderId);
    await shop.paymentSucceeded({ orderId });
    expect(await refusalOf(cancel(orderId, { role: 'ADMIN' }, { etag }))).toMatchObject({
      reason: 'CONCURRENT_CHANGE',
      metadata: { etag: '"2"' },
    });
    expect(await get(orderId)).toMatchObject({ state: OrderState.CONFIRMED });
    expect(await cancel(orderId, { role: 'ADMIN' }, { etag: '"2"' })).toMatchObject({ state: OrderState.CANCELLED });
  });

  it('is not possible for others, who do not even learn that there is one', async () => {
    const orderId = await place();
    expect((await refusalOf(cancel(orderId, {}))).reason).toBe('ORDER_NOT_FOUND');
    expect((await refusalOf(shop.as({}, (orders) => orders.getOrder({ id: orderId })))).reason).toBe('ORDER_NOT_FOUND');
    expect((await refusalOf(cancel(newId(), { role: 'ADMIN' }))).reason).toBe('ORDER_NOT_FOUND');
    expect(await get(orderId)).toMatchObject({ state: OrderState.PENDING_PAYMENT });
  });
});

describe('shipping and delivering', () => {
  it('are written down and told, once for a key', async () => {
    const { orderId } = await paid();
    const key = newId();
    const shipped = await ship(orderId, { key });
    expect(shipped).toMatchObject({
      state: OrderState.SHIPPED,
      shipment: { carrier: 'India Post', trackingNumber: 'EE123456789IN', shippedAt: expect.any(Date), deliveredAt: undefined },
      etag: '"3"',
    });
    expect(await ship(orderId, { key })).toEqual(shipped);
    const delivered = await deliver(orderId, { etag: '"3"', reason: 'Left with the neighbour.' });
    expect(delivered).toMatchObject({ state: OrderState.DELIVERED, shipment: { carrier: 'India Post', deliveredAt: expect.any(Date) } });
    expect(await get(orderId)).toEqual(delivered);
    expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderConfirmed', 'OrderShipped', 'OrderDelivered']);
    expect(await shop.messages('shopverse.order.v1.OrderShipped', orderId)).toMatchObject([
      { carrier: 'India Post', trackingNumber: 'EE123456789IN', total },
    ]);
    const history = await shop.as({ role: 'ADMIN' }, (orders) => orders.listOrderHistory({ id: orderId, pageSize: 0, pageToken: '' }));
    expect(history.entries.at(-1)).toMatchObject({
      fromState: OrderState.SHIPPED,
      toState: OrderState.DELIVERED,
      actorKind: OrderActorKind.ADMIN,
      reason: 'Left with the neighbour.',
    });
  });

  it('are refused out of turn, without an etag that holds, and to customers', async () => {
    const orderId = await place();
    expect(await refusalOf(ship(orderId))).toMatchObject({ reason: 'ORDER_STATE', metadata: { state: 'PENDING_PAYMENT', move: 'ship' } });
    await shop.paymentSucceeded({ orderId });
    expect((await refusalOf(deliver(orderId))).reason).toBe('ORDER_STATE');
    expect((await refusalOf(ship(orderId, { etag: '"1"' }))).reason).toBe('CONCURRENT_CHANGE');
    expect((await refusalOf(ship(newId()))).reason).toBe('ORDER_NOT_FOUND');
    const request = { id: orderId, change: { $case: 'deliver', value: {} }, etag: '', reason: '' } as const;
    expect((await refusalOf(shop.as({}, (orders) => orders.updateOrderStatus(request)))).reason).toBe('ROLE_NOT_ALLOWED');
    expect(await refusalOf(update(orderId, undefined))).toMatchObject({ reason: 'INVALID_REQUEST', fields: ['change'] });
    const nowhere = { $case: 'ship', value: { carrier: '', trackingNumber: 'x\u0000' } } as const;
    expect((await refusalOf(update(orderId, nowhere))).fields).toEqual(['ship.carrier', 'ship.tracking_number']);
  });

  it('and cancelling at once: one of them wins, whole', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { orderId } = await paid();
      const calls = await Promise.allSettled([ship(orderId), cancel(orderId, { role: 'ADMIN' })]);
      expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { state } = await get(orderId);
      expect(await shop.events(orderId)).toEqual([
        'OrderPlaced',
        'OrderConfirmed',
        state === OrderState.SHIPPED ? 'OrderShipped' : 'OrderCancelled',
      ]);
    }
  });
});

describe('orders that nobody pays', () => {
  it('are cancelled after their time, once, by however many replicas', async () => {
    const waiting = await Promise.all(Array.from({ length: 7 }, () => place()));
    const paid = await place();
    await shop.paymentSucceeded({ orderId: paid, amount: total });
    const later = new Date(Date.now() + 60_000);
    const job = (ttlMs: number) => cancelUnpaidOrders({ database: shop.database, log: shop.host.log, clock: () => later, ttlMs });
    const { signal } = new AbortController();
    await job(120_000)(signal);
    expect(await get(waiting[0] ?? '')).toMatchObject({ state: OrderState.PENDING_PAYMENT });
    await Promise.all([job(30_000)(signal), job(30_000)(signal), job(30_000)(signal)]);
    await job(30_000)(signal);
    for (const orderId of waiting) {
      expect(await get(orderId)).toMatchObject({ state: OrderState.CANCELLED, cancelReason: 'It was not paid in time.' });
      expect(await shop.events(orderId)).toEqual(['OrderPlaced', 'OrderCancelled']);
    }
    expect(await get(paid)).toMatchObject({ state: OrderState.CONFIRMED });
  });
});

describe("the peers' questions", () => {
  it('answer what a payment needs, and the states of those orders that exist', async () => {
    const userId = newId();
    const orderId = await place(userId);
    expect(await shop.as(undefined, (orders) => orders.getOrderForPayment({ id: orderId }), 'payment')).toEqual({
      id: orderId,
      customerId: userId,
      state: OrderState.PENDING_PAYMENT,
      total,
    });
    const none = shop.as(undefined, (orders) => orders.getOrderForPayment({ id: newId() }), 'payment');
    expect((await refusalOf(none)).reason).toBe('ORDER_NOT_FOUND');
    const states = await shop.as(undefined, (orders) => orders.batchGetOrderStates({ ids: [newId(), orderId] }), 'product');
    expect(states).toEqual({ orders: [{ id: orderId, state: OrderState.PENDING_PAYMENT }] });
  });
});

describe('a customer who is deleted', () => {
  const open = async (customerId: string) => (await countOpenOrders({ database: shop.database })({ customerId }, {} as never)).openOrders;

  it('has open orders as long as one is unpaid, paid, on its way or owed its money', async () => {
    const userId = newId();
    expect(await open(userId)).toBe(0);
    const [unpaid, bought, returned] = [await place(userId), await paid(userId), await paid(userId)];
    expect(await open(userId)).toBe(3);
    await cancel(unpaid, { userId });
    await ship(bought.orderId);
    expect(await open(userId)).toBe(2);
    await deliver(bought.orderId);
    await cancel(returned.orderId, { userId });
    // Its money is on its way back.
    expect(await open(userId)).toBe(1);
  });

  it('leaves orders that say what was sold, and not to whom', async () => {
    const [userId, other] = [newId(), newId()];
    const [mine, theirs] = [await place(userId), await place(other)];
    const before = await get(theirs);
    for (let times = 0; times < 2; times += 1) await eraseCustomer(shop.database, userId);
    const erased = await get(mine);
    expect(erased.shippingAddress).toMatchObject({ recipient: '', street: '', city: '', postalCode: '', countryCode: 'IN' });
    expect(erased.total).toEqual(before.total);
    expect(await get(theirs)).toEqual(before);
  });
});
