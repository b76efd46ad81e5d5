import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { startOrderProcess } from './testing/order-process.ts';
import { ADDRESS, OrderScene } from './testing/order-scene.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
afterAll(() => shop.close());

describe('the order service as a process', () => {
  it('killed between the reservation and the commit, makes the order of the retry with the same id, once', async () => {
    const product = shop.catalogue.sell({ stock: 1 });
    const request = {
      items: [{ productId: product, quantity: 1 }],
      shippingAddress: ADDRESS,
      fromCart: false,
    };
    const userId = newId();
    const idempotencyKey = newId();
    const first = await startOrderProcess(shop);
    let killed: Promise<unknown> | undefined;
    shop.catalogue.onReserved = async () => {
      killed ??= first.end('SIGKILL');
      await killed;
    };
    await expect(shop.as({ userId }, () => first.client.createOrder(request, { idempotencyKey }))).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
    });
    await killed;
    const [reserved] = [...shop.catalogue.reservations.keys()];
    expect(await shop.rows(sql`select id from orders`)).toEqual([]);

    const second = await startOrderProcess(shop);
    // The key stays with the process that died for as long as its call could have lasted.
    const order = await eventually(
      'the order of the retry',
      () => shop.as({ userId }, () => second.client.createOrder(request, { idempotencyKey })).catch(() => undefined),
      30_000,
    );
    expect(order.id).toBe(reserved);
    expect([...shop.catalogue.reservations.keys()]).toEqual([reserved]);
    expect(await shop.rows(sql`select id from orders`)).toEqual([{ id: reserved }]);
    expect(await shop.events(order.id)).toEqual(['OrderPlaced']);
    expect(await second.end('SIGTERM')).toBe(0);
  }, 40_000);
});
