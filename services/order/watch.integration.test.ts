import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { errorInfo } from '@shopverse/mesh/rpc/status';
import type { ServiceError } from '@grpc/grpc-js';
import { sql } from 'kysely';
import { startOrderProcess, type OrderProcess } from './testing/order-process.ts';
import { OrderScene } from './testing/order-scene.ts';
import { watchAs, type Watcher } from './testing/watcher.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
const processes: OrderProcess[] = [];
afterAll(async () => {
  for (const one of processes) await one.end('SIGKILL');
  await shop.close();
});
async function startProcess(): Promise<OrderProcess> {
  const started = await startOrderProcess(shop);
  processes.push(started);
  return started;
}

const watch = (userId: string, id: string, after = '', target = shop.first.target) =>
  watchAs({ userId }, { target, credentials: shop.credentials('edge').channel('order') }, { id, after });
const states = ({ seen }: Watcher) => seen.map(({ entry }) => entry?.toState);
const has = (watcher: Watcher, count: number) => eventually(`${count} changes`, () => watcher.seen.length >= count);
const admin = { role: 'ADMIN' } as const;
const ship = (id: string) =>
  shop.as(admin, (orders) =>
    orders.updateOrderStatus({ id, change: { $case: 'ship', value: { carrier: 'Post', trackingNumber: 'T1' } }, etag: '', reason: '' }),
  );
const deliver = (id: string) =>
  shop.as(admin, (orders) => orders.updateOrderStatus({ id, change: { $case: 'deliver', value: {} }, etag: '', reason: '' }));
const reasonOf = async ({ ended }: Watcher) => errorInfo(((await ended) as ServiceError).metadata)?.reason;
const { PENDING_PAYMENT, CONFIRMED, SHIPPED, DELIVERED, CANCELLED, REFUNDED } = OrderState;

describe('watching an order', () => {
  it('tells what has happened and what happens, with the order, and ends after the last thing that can', async () => {
    const userId = newId();
    const id = await shop.place(userId);
    const watcher = watch(userId, id);
    await has(watcher, 1);
    await shop.paymentSucceeded({ orderId: id });
    await has(watcher, 2);
    await ship(id);
    await deliver(id);
    expect(await watcher.ended).toBeUndefined();
    expect(states(watcher)).toEqual([PENDING_PAYMENT, CONFIRMED, SHIPPED, DELIVERED]);
    expect(watcher.seen[0]?.order).toMatchObject({ id, state: PENDING_PAYMENT, lines: [{ quantity: 1 }] });
    expect(watcher.seen.at(-1)).toMatchObject({
      order: { state: DELIVERED, shipment: { carrier: 'Post' } },
      entry: { reason: 'delivered', actorId: '' },
    });
    const positions = watcher.seen.map(({ entry }) => BigInt(entry?.position ?? 0));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    const again = watch(userId, id);
    expect(await again.ended).toBeUndefined();
    expect(states(again)).toEqual(states(watcher));
  });

  it('of a cancelled order ends at once when nothing was paid, else when the money is back', async () => {
    const userId = newId();
    const [unpaid, paid, paymentId] = [await shop.place(userId), await shop.place(userId), newId()];
    await shop.paymentSucceeded({ orderId: paid, paymentId });
    const watchers = [watch(userId, unpaid), watch(userId, paid)] as const;
    for (const id of [unpaid, paid]) await shop.as(admin, (orders) => orders.cancelOrder({ id, reason: '', etag: '' }));
    expect(await watchers[0].ended).toBeUndefined();
    await has(watchers[1], 3);
    await shop.paymentRefunded({ orderId: paid, paymentId });
    expect(await watchers[1].ended).toBeUndefined();
    expect(states(watchers[0])).toEqual([PENDING_PAYMENT, CANCELLED]);
    expect(states(watchers[1])).toEqual([PENDING_PAYMENT, CONFIRMED, CANCELLED, REFUNDED]);
  });

  it('goes on after a position without a gap or a repeat', async () => {
    const userId = newId();
    const id = await shop.place(userId);
    const first = watch(userId, id);
    await has(first, 1);
    first.cancel();
    await first.ended;
    await shop.paymentSucceeded({ orderId: id });
    const second = watch(userId, id, first.seen[0]?.entry?.position);
    await has(second, 1);
    await ship(id);
    await has(second, 2);
    expect(states(second)).toEqual([CONFIRMED, SHIPPED]);
    second.cancel();
  });

  it('hears at once what another replica does', async () => {
    const replica = await shop.replica();
    const userId = newId();
    const id = await shop.place(userId);
    const watcher = watch(userId, id, '', replica.target);
    await has(watcher, 1);
    await shop.as(admin, (orders) => orders.cancelOrder({ id, reason: '', etag: '' }));
    // Neither looks by itself within the time of a test.
    expect(await watcher.ended).toBeUndefined();
    expect(states(watcher)).toEqual([PENDING_PAYMENT, CANCELLED]);
  });

  it('misses nothing while the word does not travel', async () => {
    const replica = await shop.replica({ pollMs: 50 });
    const userId = newId();
    const id = await shop.place(userId);
    const watcher = watch(userId, id, '', replica.target);
    await has(watcher, 1);
    // Written by nobody who would say so.
    await shop.rows(sql`
      with moved as (update orders set state = 'CANCELLED', version = version + 1 where id = ${id})
      insert into order_history (order_id, from_state, to_state, actor_kind, actor_id, reason, at)
      values (${id}, 'PENDING_PAYMENT', 'CANCELLED', 'SYSTEM', 'test', 'r', now())`);
    expect(await watcher.ended).toBeUndefined();
    expect(states(watcher)).toEqual([PENDING_PAYMENT, CANCELLED]);
  });

  it('hears again when its connection to the database was cut', async () => {
    const userId = newId();
    const id = await shop.place(userId);
    const watcher = watch(userId, id);
    await has(watcher, 1);
    const cut = () => shop.rows(sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'order news' and pid <> pg_backend_pid()`); // prettier-ignore
    expect((await cut()).length).toBeGreaterThan(0);
    await shop.paymentSucceeded({ orderId: id });
    await has(watcher, 2);
    watcher.cancel();
  });

  it("of others' and unknown orders is refused, and so is one stream too many; a stream that was hung up makes room", async () => {
    const userId = newId();
    const id = await shop.place(userId);
    expect(await reasonOf(watch(newId(), id))).toBe('ORDER_NOT_FOUND');
    expect(await reasonOf(watch(userId, newId()))).toBe('ORDER_NOT_FOUND');
    expect(await reasonOf(watch(userId, id, 'x'))).toBe('INVALID_REQUEST');
    const small = await shop.replica({ most: 1 });
    const only = watch(userId, id, '', small.target);
    await has(only, 1);
    expect(await reasonOf(watch(userId, id, '', small.target))).toBe('OVERLOADED');
    only.cancel();
    await eventually('room', async () => {
      const next = watch(userId, id, '', small.target);
      await Promise.race([next.ended, eventually('an answer', () => next.seen.length > 0)]);
      next.cancel();
      return next.seen.length > 0;
    });
  });

  it('ends with its life, and with the process, without an error', async () => {
    const userId = newId();
    const id = await shop.place(userId);
    const brief = await shop.replica({ lifeMs: 50 });
    const mayfly = watch(userId, id, '', brief.target);
    expect(await mayfly.ended).toBeUndefined();
    expect(states(mayfly)).toEqual([PENDING_PAYMENT]);
    const replica = await shop.replica();
    const watcher = watch(userId, id, '', replica.target);
    await has(watcher, 1);
    await Promise.all([replica.host.stop(), expect(watcher.ended).resolves.toBeUndefined()]);
  });
});

describe('a watcher whose server is killed', () => {
  it('goes on at the next one and has missed nothing', async () => {
    const userId = newId();
    const id = await shop.place(userId);
    const first = await startProcess();
    const before = watch(userId, id, '', first.target);
    await has(before, 1);
    await shop.paymentSucceeded({ orderId: id });
    await has(before, 2);
    await first.end('SIGKILL');
    expect(await before.ended).toBeInstanceOf(Error);
    await ship(id);
    const second = await startProcess();
    const after = watch(userId, id, before.seen.at(-1)?.entry?.position, second.target);
    await has(after, 1);
    await deliver(id);
    expect(await after.ended).toBeUndefined();
    expect([...states(before), ...states(after)]).toEqual([PENDING_PAYMENT, CONFIRMED, SHIPPED, DELIVERED]);
    expect(await second.end('SIGTERM')).toBe(0);
  }, 90_000);
});
