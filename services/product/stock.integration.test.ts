import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReservationState } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { ProductScene, refusalOf } from './testing/product-scene.ts';

let shop: ProductScene;
let categoryId: string;
beforeAll(async () => {
  shop = await ProductScene.open();
  categoryId = await shop.category('Kettles');
});
afterAll(() => shop.close());

const add = async (stock: number) => (await shop.product({ categoryId, initialStock: BigInt(stock) })).id;
const reserve = (orderId: string, ...items: { productId: string; quantity: number }[]) =>
  shop.order((products) => products.reserveStock({ orderId, items }));
const commit = (orderId: string) => shop.order((products) => products.commitReservation({ orderId }));
const release = (orderId: string) => shop.order((products) => products.releaseReservation({ orderId }));
const movements = (productId: string) =>
  shop.rows(sql<{ kind: string; on_hand_change: string; reserved_change: string }>`
    select kind, on_hand_change, reserved_change from stock_movements where product_id = ${productId} order by id`);
/** What became of each, by reason. */
async function tally(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const settled of await Promise.allSettled(calls)) {
    const name = settled.status === 'fulfilled' ? 'OK' : String((settled.reason as { reason?: string }).reason ?? settled.reason);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('reserving', () => {
  it('sets aside all lines, says so, and may be repeated', async () => {
    const [a, b, orderId] = [await add(5), await add(2), newId()];
    const first = await reserve(orderId, { productId: b, quantity: 2 }, { productId: a, quantity: 1 }, { productId: a, quantity: 2 });
    expect(first).toMatchObject({ orderId, state: ReservationState.ACTIVE });
    expect(new Map(first.items.map(({ productId, quantity }) => [productId, quantity]))).toEqual(new Map([[a, 3], [b, 2]])); // prettier-ignore
    const again = await reserve(orderId, { productId: b, quantity: 2 }, { productId: a, quantity: 3 });
    expect(again.items).toEqual(first.items);
    expect(again.expiresAt?.getTime()).toBeGreaterThanOrEqual(first.expiresAt?.getTime() ?? Infinity);
    expect(await shop.stock(a)).toEqual({ onHand: 5, reserved: 3, version: 2 });
    expect(await shop.stock(b)).toEqual({ onHand: 2, reserved: 2, version: 2 });
    expect(await shop.events(b)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged']);
    const { products } = await shop.order((client) => client.batchGetProducts({ ids: [a] }));
    expect(products[0]?.available).toBe(2n);
  });

  it.each<[string, (enough: string, short: string) => { productId: string; quantity: number }, object]>([
    [
      'too little of',
      (_enough, short) => ({ productId: short, quantity: 3 }),
      { reason: 'OUT_OF_STOCK', metadata: { available: '2', requested: '3' } },
    ],
    ['no', () => ({ productId: newId(), quantity: 1 }), { reason: 'PRODUCT_NOT_FOUND', metadata: {} }],
  ])(
    'takes nothing when there is %s product of one line',
    async (_what, wrong, { reason, metadata }: { reason?: string; metadata?: object }) => {
      const [enough, short, orderId] = [await add(5), await add(2), newId()];
      const line = wrong(enough, short);
      await expect(reserve(orderId, { productId: enough, quantity: 1 }, line)).rejects.toMatchObject({
        reason,
        options: { metadata: { product_id: line.productId, ...metadata } },
      });
      expect(await shop.stock(enough)).toEqual({ onHand: 5, reserved: 0, version: 1 });
      expect(await shop.rows(sql`select 1 from reservations where order_id = ${orderId}`)).toEqual([]);
      expect(await shop.events(enough)).toEqual(['ProductCreated', 'StockChanged']);
    },
  );

  it('does not sell what is not for sale', async () => {
    const [inactive, deleted] = [await add(5), await add(5)];
    await shop.rows(sql`update products set active = false where id = ${inactive}`);
    await shop.rows(sql`update products set deleted_at = now() where id = ${deleted}`);
    for (const productId of [inactive, deleted])
      await expect(reserve(newId(), { productId, quantity: 1 })).rejects.toMatchObject({ reason: 'PRODUCT_NOT_FOUND' });
  });

  it('is for the order service alone', async () => {
    const request = { orderId: newId(), items: [{ productId: newId(), quantity: 1 }] };
    for (const peer of ['edge', 'payment'] as const) {
      expect(await refusalOf(shop.as(peer, { role: 'ADMIN' }, (products) => products.reserveStock(request)))).toBe('CALLER_NOT_ALLOWED');
    }
  });

  it('is one statement for all lines, with one more for the events', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => add(5)));
    const calls = async () => {
      const { rows } = await sql<{ calls: string }>`
        select sum(calls) as calls from pg_stat_statements s join pg_database d on d.oid = s.dbid
        where d.datname = 'product' and toplevel and query ~ '(reserve_stock|outbox|stock)'`.execute(observer.sql);
      return Number(rows[0]?.calls);
    };
    const observer = await shop.observer();
    const before = await calls();
    await reserve(newId(), ...ids.map((productId) => ({ productId, quantity: 1 })));
    expect((await calls()) - before).toBe(2);
  });
});

describe('ending a reservation', () => {
  it('sells the goods once', async () => {
    const [productId, orderId] = [await add(5), newId()];
    await reserve(orderId, { productId, quantity: 2 });
    const ended = await Promise.all([commit(orderId), commit(orderId), commit(orderId)]);
    expect(ended.map(({ state }) => state)).toEqual(Array(3).fill(ReservationState.COMMITTED));
    expect(await shop.stock(productId)).toEqual({ onHand: 3, reserved: 0, version: 3 });
    expect(await movements(productId)).toEqual([
      { kind: 'received', on_hand_change: '5', reserved_change: '0' },
      { kind: 'reserved', on_hand_change: '0', reserved_change: '2' },
      { kind: 'committed', on_hand_change: '-2', reserved_change: '-2' },
    ]);
    // What can be ordered did not change.
    expect(await shop.events(productId)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged', 'StockLow']);
  });

  it('puts the goods back once', async () => {
    const [productId, orderId] = [await add(5), newId()];
    await reserve(orderId, { productId, quantity: 2 });
    await release(orderId);
    expect(await release(orderId)).toMatchObject({ state: ReservationState.RELEASED, items: [{ productId, quantity: 2 }] });
    expect(await shop.stock(productId)).toEqual({ onHand: 5, reserved: 0, version: 3 });
    expect(await shop.events(productId)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged', 'StockLow', 'StockChanged']);
  });

  it('is refused when it has ended the other way, and when there is none', async () => {
    const [productId, sold, returned] = [await add(5), newId(), newId()];
    await reserve(sold, { productId, quantity: 1 });
    await commit(sold);
    await reserve(returned, { productId, quantity: 1 });
    await release(returned);
    await expect(release(sold)).rejects.toMatchObject({ reason: 'RESERVATION_ENDED', options: { metadata: { state: 'COMMITTED' } } });
    await expect(commit(returned)).rejects.toMatchObject({ reason: 'RESERVATION_ENDED', options: { metadata: { state: 'RELEASED' } } });
    await expect(reserve(returned, { productId, quantity: 1 })).rejects.toMatchObject({ reason: 'RESERVATION_ENDED' });
    await expect(commit(newId())).rejects.toMatchObject({ reason: 'RESERVATION_NOT_FOUND' });
    await expect(release(newId())).rejects.toMatchObject({ reason: 'RESERVATION_NOT_FOUND' });
    expect(await shop.stock(productId)).toMatchObject({ onHand: 4, reserved: 0 });
  });
});

describe('many at once', () => {
  it('32 buyers of a stock of 50 buy exactly 50', async () => {
    const productId = await add(50);
    const buyer = async () => tally(await inTurn(5, () => reserve(newId(), { productId, quantity: 1 })));
    const counts = await Promise.all(Array.from({ length: 32 }, buyer));
    const total = (name: string) => counts.reduce((sum, count) => sum + (count[name] ?? 0), 0);
    expect([total('OK'), total('OUT_OF_STOCK')]).toEqual([50, 110]);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 50, reserved: 50 });
  });

  it('orders of the same products in both directions do not block each other', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => add(1_000)));
    const deadlocks = async () =>
      Number(
        (await shop.rows(sql<{ deadlocks: string }>`select deadlocks from pg_stat_database where datname = current_database()`))[0]
          ?.deadlocks,
      );
    const before = await deadlocks();
    const calls = Array.from({ length: 96 }, (_, index) => {
      const lines = ids.map((productId) => ({ productId, quantity: 1 }));
      const orderId = newId();
      return reserve(orderId, ...(index % 2 === 0 ? lines : lines.toReversed())).then(() =>
        index % 3 === 0 ? release(orderId) : commit(orderId),
      );
    });
    expect(await tally(calls)).toEqual({ OK: 96 });
    await shop.rows(sql`select pg_stat_force_next_flush()`);
    expect(await deadlocks()).toBe(before);
    expect(await shop.disagreements()).toEqual([]);
  });

  it('the same order many times, for the last of the stock, reserves it once', async () => {
    const [productId, orderId] = [await add(1), newId()];
    expect(await tally(Array.from({ length: 16 }, () => reserve(orderId, { productId, quantity: 1 })))).toEqual({ OK: 16 });
    expect(await shop.stock(productId)).toEqual({ onHand: 1, reserved: 1, version: 2 });
  });

  it('a commit and a release of one order: one of them wins', async () => {
    const productId = await add(20);
    for (let round = 0; round < 10; round += 1) {
      const orderId = newId();
      await reserve(orderId, { productId, quantity: 1 });
      expect(await tally([commit(orderId), release(orderId)])).toEqual({ OK: 1, RESERVATION_ENDED: 1 });
    }
    expect(await shop.disagreements()).toEqual([]);
  });
});

/** Starts `count` calls, each when the one before has ended. */
async function inTurn(count: number, call: () => Promise<unknown>): Promise<Promise<unknown>[]> {
  const calls: Promise<unknown>[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const started = call();
    calls.push(started);
    await started.catch(() => undefined);
  }
  return calls;
}
