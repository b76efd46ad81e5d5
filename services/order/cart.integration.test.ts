import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CartItemIssue } from '@shopverse/contracts/shopverse/order/v1/cart';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { ADDRESS, OrderScene } from './testing/order-scene.ts';
import { refusalOf } from './testing/refusal.ts';

let shop: OrderScene;
beforeAll(async () => {
  shop = await OrderScene.open();
});
afterAll(() => shop.close());
afterEach(() => {
  shop.catalogue.calls.length = 0;
  shop.catalogue.onReserved = async () => {};
});

const add = (userId: string, productId: string, quantity = 1, key = newId()) =>
  shop.cart(userId, (carts) => carts.addCartItem({ productId, quantity }, { idempotencyKey: key }));
const cart = (userId: string) => shop.cart(userId, (carts) => carts.getCart({}));
const quantities = ({ items }: { items: readonly { productId: string; quantity: number }[] }) =>
  Object.fromEntries(items.map(({ productId, quantity }) => [productId, quantity]));
const checkOut = (userId: string, key = newId()) =>
  shop.as({ userId }, (orders) => orders.createOrder({ items: [], fromCart: true, shippingAddress: ADDRESS }, { idempotencyKey: key }));

describe('a cart', () => {
  it('is kept for its customer, with products merged, at the prices of now, all asked for at once', async () => {
    const [a, b, userId] = [shop.catalogue.sell({ minor: 100n }), shop.catalogue.sell({ minor: 250n, stock: 2 }), newId()];
    expect(await cart(userId)).toEqual({ items: [], total: undefined, orderable: false });
    await add(userId, a, 1);
    await add(userId, b, 3);
    const added = await add(userId, a.toUpperCase(), 4);
    expect(quantities(added)).toEqual({ [a]: 5, [b]: 3 });
    expect(added).toMatchObject({ total: { units: 12n, nanos: 500_000_000 }, orderable: false });
    expect(added.items).toMatchObject([
      { productId: a, name: 'A thing', sku: expect.stringContaining('SKU-'), unitPrice: { units: 1n }, total: { units: 5n }, available: 100n, issues: [] },
      { productId: b, issues: [CartItemIssue.NOT_ENOUGH_STOCK], available: 2n },
    ]);
    shop.catalogue.reprice(a, 200n);
    shop.catalogue.withdraw(b);
    shop.catalogue.calls.length = 0;
    expect((await cart(userId)).items).toMatchObject([
      { unitPrice: { units: 2n }, priceWhenAdded: { units: 1n }, issues: [CartItemIssue.PRICE_CHANGED] },
      { unitPrice: undefined, issues: [CartItemIssue.UNAVAILABLE] },
    ]);
    expect(shop.catalogue.calls).toEqual(['batchGetProducts']);
    expect((await cart(newId())).items).toEqual([]);
  }); // prettier-ignore

  it('tells what was added, once for a key', async () => {
    const [productId, userId, key] = [shop.catalogue.sell(), newId(), newId()];
    const first = await add(userId, productId, 2, key);
    expect(await add(userId, productId, 2, key)).toEqual(first);
    expect(quantities(await cart(userId))).toEqual({ [productId]: 2 });
    expect(await shop.messages('shopverse.order.v1.CartItemAdded', userId)).toMatchObject([{ userId, productId, quantity: 2 }]);
    expect((await refusalOf(add(userId, productId, 3, key))).reason).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('is changed and cleared; what is seen counts as known', async () => {
    const [a, b, userId] = [shop.catalogue.sell({ minor: 100n }), shop.catalogue.sell(), newId()];
    await add(userId, a);
    await add(userId, b);
    shop.catalogue.reprice(a, 300n);
    const updated = await shop.cart(userId, (carts) => carts.updateCartItem({ productId: a, quantity: 7 }));
    expect(updated.items).toMatchObject([{ quantity: 7, issues: [], priceWhenAdded: { units: 3n } }, { quantity: 1 }]);
    expect(quantities(await shop.cart(userId, (carts) => carts.removeCartItem({ productId: a })))).toEqual({ [b]: 1 });
    expect(quantities(await shop.cart(userId, (carts) => carts.removeCartItem({ productId: a })))).toEqual({ [b]: 1 });
    const gone = shop.cart(userId, (carts) => carts.updateCartItem({ productId: a, quantity: 1 }));
    expect(await refusalOf(gone)).toMatchObject({ reason: 'CART_ITEM_NOT_FOUND', metadata: { product_id: a } });
    expect((await shop.cart(userId, (carts) => carts.clearCart({}))).items).toEqual([]);
  });

  it.each<[string, () => string, number, object]>([
    ['an unknown product', () => newId(), 1, { reason: 'PRODUCT_NOT_FOUND' }],
    ['a product that is not sold', () => shop.catalogue.sell({ active: false }), 1, { reason: 'PRODUCT_NOT_FOUND' }],
    ['nothing', () => shop.catalogue.sell(), 0, { reason: 'INVALID_REQUEST', fields: ['quantity'] }],
    ['more than an order may have', () => shop.catalogue.sell(), 1_001, { reason: 'INVALID_REQUEST', fields: ['quantity'] }],
    ['what is no product', () => '42', 1, { reason: 'INVALID_REQUEST', fields: ['product_id'] }],
  ])('takes no %s', async (_what, product, quantity, refused) => {
    const userId = newId();
    expect(await refusalOf(add(userId, product(), quantity))).toMatchObject(refused);
    expect((await cart(userId)).items).toEqual([]);
    expect(await shop.messages('shopverse.order.v1.CartItemAdded', userId)).toEqual([]);
  });

  it('loses nothing of what is added at once, and keeps its limits', async () => {
    const userId = newId();
    const products = Array.from({ length: 4 }, () => shop.catalogue.sell());
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => add(userId, products[index % 4] ?? '', 3)));
    expect(quantities(await cart(userId))).toEqual(Object.fromEntries(products.map((id) => [id, 18])));
    for (const { items } of answers) for (const { issues } of items) expect(issues).toEqual([]);
    const calls = await Promise.allSettled(Array.from({ length: 4 }, () => add(userId, products[0] ?? '', 400)));
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const call of calls) if (call.status === 'rejected') expect(call.reason).toMatchObject({ reason: 'CART_LIMIT' });
    expect(quantities(await cart(userId))[products[0] ?? '']).toBe(818);
  });
});

describe('ordering a cart', () => {
  it('takes it at the prices of now, and empties it of what was ordered only', async () => {
    const [a, b, later, userId] = [shop.catalogue.sell({ minor: 100n }), shop.catalogue.sell({ minor: 50n }), shop.catalogue.sell(), newId()];
    await add(userId, a, 2);
    await add(userId, b, 1);
    shop.catalogue.reprice(a, 150n);
    shop.catalogue.onReserved = async () => {
      await add(userId, later);
      await add(userId, b, 4);
    };
    const order = await checkOut(userId);
    expect(order).toMatchObject({ lines: [{ productId: a, quantity: 2 }, { productId: b, quantity: 1 }], total: { units: 3n, nanos: 500_000_000 } });
    expect(shop.catalogue.reservations.get(order.id)?.items).toHaveLength(2);
    expect(quantities(await cart(userId))).toEqual({ [later]: 1, [b]: 4 });
  }); // prettier-ignore

  it('twice at once makes one order, and sets nothing aside for the other', async () => {
    const [productId, userId] = [shop.catalogue.sell({ stock: 100 }), newId()];
    await add(userId, productId, 3);
    const calls = await Promise.allSettled(Array.from({ length: 4 }, () => checkOut(userId)));
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const call of calls)
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ reason: expect.stringMatching(/^CART_(CHANGED|EMPTY)$/) });
    expect(await shop.rows(sql`select 1 from orders where customer_id = ${userId}`)).toHaveLength(1);
    expect(shop.catalogue.left(productId)).toBe(97);
    expect((await cart(userId)).items).toEqual([]);
  });

  it('again with the same key answers the same order, though the cart is empty by then', async () => {
    const [userId, key] = [newId(), newId()];
    await add(userId, shop.catalogue.sell());
    const order = await checkOut(userId, key);
    expect(await checkOut(userId, key)).toEqual(order);
    expect((await refusalOf(checkOut(userId))).reason).toBe('CART_EMPTY');
  });

  it('that broke off after the reservation is not taken up for a cart that has changed since', async () => {
    const [productId, userId, key] = [shop.catalogue.sell({ stock: 5 }), newId(), newId()];
    await add(userId, productId, 1);
    shop.catalogue.onReserved = async () => {
      throw new Error('The answer is lost.');
    };
    expect((await refusalOf(checkOut(userId, key))).reason).toBe('INTERNAL');
    shop.catalogue.onReserved = async () => {};
    await add(userId, productId, 1);
    expect((await refusalOf(checkOut(userId, key))).reason).toBe('CART_CHANGED');
    expect(shop.catalogue.left(productId)).toBe(5);
    expect(await checkOut(userId, key)).toMatchObject({ lines: [{ quantity: 2 }] });
    expect(shop.catalogue.left(productId)).toBe(3);
  });

  it('that can not be is refused and leaves it as it is', async () => {
    const [productId, userId] = [shop.catalogue.sell({ stock: 1 }), newId()];
    await add(userId, productId, 2);
    expect(await refusalOf(checkOut(userId))).toMatchObject({ reason: 'OUT_OF_STOCK', metadata: { available: '1' } });
    shop.catalogue.withdraw(productId);
    expect((await refusalOf(checkOut(userId))).reason).toBe('PRODUCT_NOT_FOUND');
    expect(quantities(await cart(userId))).toEqual({ [productId]: 2 });
    const both = { items: [{ productId, quantity: 1 }], fromCart: true, shippingAddress: ADDRESS };
    expect((await refusalOf(shop.as({ userId }, (orders) => orders.createOrder(both)))).fields).toEqual(['items']);
  });
});
