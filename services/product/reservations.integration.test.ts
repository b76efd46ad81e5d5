import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes } from '@shopverse/contracts/event-types';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { OrderCancelled, OrderConfirmed } from '@shopverse/contracts/shopverse/order/v1/order_events';
import { PermanentError } from '@shopverse/mesh/events/trouble';
import { newId } from '@shopverse/mesh/ids';
import fc from 'fast-check';
import { sql } from 'kysely';
import { onOrderCancelled } from './consumers/on-order-cancelled.ts';
import { onOrderConfirmed } from './consumers/on-order-confirmed.ts';
import { claimExpired, endReservation } from './store/reservation-repository.ts';
import { reservationCommands, StockModel } from './testing/reservation-model.ts';
import { ProductScene } from './testing/product-scene.ts';

let shop: ProductScene;
let categoryId: string;
beforeAll(async () => {
  shop = await ProductScene.open();
  categoryId = await shop.category('Kettles');
});
afterAll(() => shop.close());

const add = async (stock: number) => (await shop.product({ categoryId, initialStock: BigInt(stock) })).id;
const consumers = () => {
  const deps = { database: shop.database, log: shop.host.log, clock: () => new Date() };
  return { confirmed: onOrderConfirmed(deps), cancelled: onOrderCancelled(deps) };
};
const confirmed = (orderId: string, eventId?: string) =>
  shop.deliver(consumers().confirmed, eventTypes['shopverse.order.v1.OrderConfirmed'], OrderConfirmed.fromPartial({ orderId }), eventId);
const cancelled = (orderId: string, eventId?: string) =>
  shop.deliver(consumers().cancelled, eventTypes['shopverse.order.v1.OrderCancelled'], OrderCancelled.fromPartial({ orderId }), eventId);
async function reserved(productId: string, quantity: number, { expired = false } = {}): Promise<string> {
  const orderId = newId();
  await shop.order((products) => products.reserveStock({ orderId, items: [{ productId, quantity }] }));
  if (expired) await shop.rows(sql`update reservations set expires_at = now() - interval '1 second' where order_id = ${orderId}`);
  return orderId;
}
const state = async (orderId: string) =>
  (await shop.rows(sql<{ state: string }>`select state from reservations where order_id = ${orderId}`))[0]?.state;
const logged = (message: string, orderId: string) =>
  shop.host.logged.some((line) => line['message'] === message && line['order_id'] === orderId);

describe("an order's events", () => {
  it('commit what a confirmed order reserved, once for each event and each order', async () => {
    const productId = await add(5);
    const [orderId, eventId] = [await reserved(productId, 2), newId()];
    await Promise.all([confirmed(orderId, eventId), confirmed(orderId, eventId), confirmed(orderId)]);
    expect(await shop.stock(productId)).toEqual({ onHand: 3, reserved: 0, version: 3 });
  });

  it('release what a cancelled order reserved', async () => {
    const productId = await add(5);
    const orderId = await reserved(productId, 2);
    await cancelled(orderId);
    await cancelled(orderId);
    expect(await shop.stock(productId)).toEqual({ onHand: 5, reserved: 0, version: 3 });
    expect(await shop.events(productId)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged', 'StockChanged']);
  });

  it('of an order without a reservation are noted and logged', async () => {
    const orderId = newId();
    await confirmed(orderId);
    await cancelled(orderId);
    expect(logged('confirmed order has no reservation', orderId)).toBe(true);
    expect(logged('cancelled order has no reservation', orderId)).toBe(true);
  });

  it('of an order that is paid after its release take the goods again', async () => {
    const productId = await add(5);
    const orderId = await reserved(productId, 2);
    await shop.order((products) => products.releaseReservation({ orderId }));
    await confirmed(orderId);
    expect(await state(orderId)).toBe('COMMITTED');
    expect(await shop.stock(productId)).toMatchObject({ onHand: 3, reserved: 0 });
    expect(await shop.disagreements()).toEqual([]);
  });

  it('of an order that is paid after its goods went to others become a dead letter, which can be replayed when there is stock', async () => {
    const productId = await add(3);
    const [orderId, eventId] = [await reserved(productId, 2), newId()];
    await shop.order((products) => products.releaseReservation({ orderId }));
    await reserved(productId, 2);
    await expect(confirmed(orderId, eventId)).rejects.toThrow(PermanentError);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 3, reserved: 2 });
    await shop.rows(sql`
      with added as (update stock set on_hand = on_hand + 5, version = version + 1 where product_id = ${productId})
      insert into stock_movements (product_id, kind, on_hand_change, reserved_change, reason) values (${productId}, 'adjusted', 5, 0, 'found')`);
    await confirmed(orderId, eventId);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 6, reserved: 2 });
    expect(await shop.disagreements()).toEqual([]);
  });

  it('that cancel goods which have left bring them back as a return, once', async () => {
    const productId = await add(3);
    const [orderId, eventId] = [await reserved(productId, 2), newId()];
    await confirmed(orderId);
    await Promise.all([cancelled(orderId, eventId), cancelled(orderId, eventId), cancelled(orderId)]);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 3, reserved: 0 });
    expect(await shop.rows(sql`select kind, on_hand_change, reserved_change from stock_movements where product_id = ${productId} order by id`)).toEqual([
      { kind: 'received', on_hand_change: '3', reserved_change: '0' },
      { kind: 'reserved', on_hand_change: '0', reserved_change: '2' },
      { kind: 'committed', on_hand_change: '-2', reserved_change: '-2' },
      { kind: 'returned', on_hand_change: '2', reserved_change: '0' },
    ]);
    expect(await shop.events(productId)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged', 'StockChanged']);
    expect(await shop.disagreements()).toEqual([]);
  }); // prettier-ignore

  it.each([
    ['then confirm', false],
    ['find the goods given back by the sweeper, then confirm', true],
  ])('that cancel and %s an order leave its goods on the shelf', async (_what, swept) => {
    const productId = await add(3);
    const orderId = await reserved(productId, 2, { expired: swept });
    if (swept) await shop.sweep();
    await cancelled(orderId);
    await confirmed(orderId);
    await confirmed(orderId);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 3, reserved: 0 });
    expect(logged('confirmed order is cancelled by now', orderId)).toBe(true);
    await expect(shop.order((products) => products.reserveStock({ orderId, items: [{ productId, quantity: 2 }] }))).rejects.toMatchObject({
      reason: 'RESERVATION_ENDED',
    });
    expect(await shop.disagreements()).toEqual([]);
  });
});

describe('the sweeper', () => {
  it('ends each reservation whose time is up as its order demands', async () => {
    const productId = await add(100);
    const wanted: readonly (readonly [OrderState | undefined, string])[] = [
      [undefined, 'RELEASED'],
      [OrderState.PENDING_PAYMENT, 'ACTIVE'],
      [OrderState.CONFIRMED, 'COMMITTED'],
      [OrderState.SHIPPED, 'COMMITTED'],
      [OrderState.CANCELLED, 'RELEASED'],
      [OrderState.REFUNDED, 'RELEASED'],
    ];
    const ids = await Promise.all(wanted.map(() => reserved(productId, 1, { expired: true })));
    wanted.forEach(([orderState], index) => orderState !== undefined && shop.orders.states.set(ids[index] ?? '', orderState));
    const fresh = await reserved(productId, 1);
    await shop.sweep();
    expect(await Promise.all(ids.map(state))).toEqual(wanted.map(([, end]) => end));
    expect(await state(fresh)).toBe('ACTIVE');
    expect(await shop.rows(sql`select 1 from reservations where order_id = ${ids[1]} and expires_at > now()`)).toHaveLength(1);
    expect(await shop.disagreements()).toEqual([]);
  });

  it('ends nothing while the order service is away, and says so', async () => {
    const productId = await add(5);
    const orderId = await reserved(productId, 1, { expired: true });
    shop.orders.away = true;
    await expect(shop.sweep()).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    shop.orders.away = false;
    expect(await state(orderId)).toBe('ACTIVE');
  });

  it('leaves a reservation alone that an order took up while it asked', async () => {
    const productId = await add(5);
    const orderId = await reserved(productId, 1, { expired: true });
    shop.orders.onAsked = async () =>
      void (await shop.order((products) => products.reserveStock({ orderId, items: [{ productId, quantity: 1 }] })));
    await shop.sweep();
    shop.orders.onAsked = async () => undefined;
    expect(await state(orderId)).toBe('ACTIVE');
  });

  it('shares the work between replicas', async () => {
    const productId = await add(100);
    const ids = await Promise.all(Array.from({ length: 40 }, () => reserved(productId, 1, { expired: true })));
    const claims = await Promise.all(Array.from({ length: 4 }, () => claimExpired(shop.database.sql, { limit: 20, againMs: 60_000 })));
    const claimed = claims.flat().map(({ orderId }) => orderId);
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed.toSorted()).toEqual(ids.toSorted());
    const [first] = claims.flat();
    const late = { orderId: first?.orderId ?? '', end: 'RELEASED', reason: 'too late', dueAt: '2020-01-01 00:00:00+00' } as const;
    expect(await shop.database.transaction((tx) => endReservation(tx, late, new Date()))).toMatchObject({ changed: false });
  });
});

describe('any interleaving of reserving, committing, releasing, adjusting, expiring and order events', () => {
  it('keeps figures, ledger and reservations in agreement, and follows the model', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 3 }),
        reservationCommands(),
        async (stocks, commands) => {
          const products = await Promise.all(stocks.map(add));
          const model = new StockModel(products, stocks);
          for (const command of commands) await command(model, { shop, confirmed, cancelled });
          expect(await Promise.all(products.map(async (id) => shop.stock(id)))).toMatchObject(model.figures());
          expect(await shop.disagreements()).toEqual([]);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('keeps them in agreement when all happen at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(reservationCommands({ minLength: 12, maxLength: 24 }), async (commands) => {
        const products = await Promise.all([3, 1, 2].map(add));
        const model = new StockModel(products, [3, 1, 2]);
        await Promise.allSettled(commands.map((command) => command(model, { shop, confirmed, cancelled }, { check: false })));
        expect(await shop.disagreements()).toEqual([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
