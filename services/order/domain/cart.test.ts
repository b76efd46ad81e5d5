import { describe, expect, it } from '@jest/globals';
import { Failure } from '@shopverse/mesh/failure';
import fc from 'fast-check';
import { Cart, MAX_LINES, MAX_QUANTITY } from './cart.ts';
import { viewOf } from './cart-view.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const LATER = new Date('2026-01-02T03:05:05Z');
const inr = (minor: bigint) => ({ currency: 'INR', minor });
const some = (productId: string, quantity: number, minor = 100n) => ({
  productId,
  quantity,
  name: `Product ${productId}`,
  price: inr(minor),
});
const quantities = (cart: Cart) => cart.lines.map(({ productId, quantity }) => [productId, quantity]);
function cartOf(...items: readonly (readonly [string, number])[]): Cart {
  const cart = Cart.restore([]);
  for (const [productId, quantity] of items) cart.add(some(productId, quantity), AT);
  return cart;
}

describe('a cart', () => {
  it('keeps each product once, where it was first put, at the price last seen', () => {
    const cart = cartOf(['a', 1], ['b', 2]);
    cart.add(some('a', 3, 120n), LATER);
    expect(cart.lines).toEqual([
      { productId: 'a', quantity: 4, name: 'Product a', priceWhenAdded: inr(120n), addedAt: AT },
      { productId: 'b', quantity: 2, name: 'Product b', priceWhenAdded: inr(100n), addedAt: AT },
    ]);
  });

  it('holds no more of a product, and no more products, than an order may have', () => {
    const cart = cartOf(['a', MAX_QUANTITY - 1]);
    expect(() => cart.add(some('a', 2), AT)).toThrow(expect.objectContaining({ reason: 'CART_LIMIT', options: { metadata: { product_id: 'a', max_quantity: '1000' } } }));
    cart.add(some('a', 1), AT);
    for (let more = 1; more < MAX_LINES; more += 1) cart.add(some(`p${more}`, 1), AT);
    expect(() => cart.add(some('one too many', 1), AT)).toThrow(expect.objectContaining({ reason: 'CART_LIMIT', options: { metadata: { max_products: '100' } } }));
    cart.add(some('p1', 1), AT);
    expect(cart.lines).toHaveLength(MAX_LINES);
  }); // prettier-ignore

  it('has its quantities set; a price that is not known stays', () => {
    const cart = cartOf(['a', 1]);
    cart.setQuantity('a', 7);
    expect(cart.lines).toMatchObject([{ quantity: 7, priceWhenAdded: inr(100n) }]);
    cart.setQuantity('a', 8, inr(90n));
    expect(cart.lines).toMatchObject([{ quantity: 8, priceWhenAdded: inr(90n) }]);
    expect(() => cart.setQuantity('b', 1)).toThrow(expect.objectContaining({ reason: 'CART_ITEM_NOT_FOUND' }));
  });

  it('loses what was ordered, and keeps what was added meanwhile', () => {
    const cart = cartOf(['a', 3], ['b', 2], ['c', 1]);
    cart.takeOrdered([{ productId: 'a', quantity: 3 }, { productId: 'b', quantity: 1 }]); // prettier-ignore
    expect(quantities(cart)).toEqual([
      ['b', 1],
      ['c', 1],
    ]);
  });

  it.each([
    ['was taken out', 'x', 1],
    ['is less than was ordered', 'a', 4],
  ])('is not ordered when something %s', (_what, productId, quantity) => {
    expect(() => cartOf(['a', 3]).takeOrdered([{ productId, quantity }])).toThrow(expect.objectContaining({ reason: 'CART_CHANGED' }));
  });

  it('agrees with a plain map, whatever is done to it', () => {
    const productId = fc.constantFrom('a', 'b', 'c');
    const quantity = fc.integer({ min: 1, max: MAX_QUANTITY });
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('add', 'set', 'take'), productId, quantity }),
      fc.record({ do: fc.constantFrom('remove', 'clear'), productId, quantity: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const cart = Cart.restore([]);
        const model = new Map<string, number>();
        for (const { do: what, productId: id, quantity: count } of steps) {
          const had = model.get(id) ?? 0;
          try {
            if (what === 'add') cart.add(some(id, count), AT);
            else if (what === 'set') cart.setQuantity(id, count);
            else if (what === 'take') cart.takeOrdered([{ productId: id, quantity: count }]);
            else if (what === 'remove') cart.remove(id);
            else cart.clear();
          } catch (error) {
            if (!(error instanceof Failure)) throw error;
            const mayRefuse: Readonly<Record<string, boolean>> = { add: had + count > MAX_QUANTITY, set: had === 0, take: had < count };
            expect(mayRefuse[what]).toBe(true);
            continue;
          }
          if (what === 'add') model.set(id, had + count);
          else if (what === 'set') model.set(id, count);
          else if (what === 'clear') model.clear();
          else if (what === 'take' && had > count) model.set(id, had - count);
          else model.delete(id);
        }
        expect(new Map(cart.lines.map((line) => [line.productId, line.quantity]))).toEqual(model);
      }),
    );
  });
});

describe('a cart that is looked at', () => {
  const entry = (productId: string, change: object = {}) => [productId, { productId, sku: `SKU-${productId}`, name: `New ${productId}`, price: inr(100n), active: true, available: 10n, ...change }] as const; // prettier-ignore

  it('has the prices and the names of now, and their sum', () => {
    const view = viewOf(cartOf(['a', 2], ['b', 1]).lines, new Map([entry('a'), entry('b')]));
    expect(view).toMatchObject({ total: inr(300n), orderable: true });
    expect(view.lines).toMatchObject([
      { name: 'New a', sku: 'SKU-a', unitPrice: inr(100n), total: inr(200n), available: 10n, issues: [] },
      { name: 'New b', total: inr(100n), issues: [] },
    ]);
  });

  it.each([
    ['costs more', { price: inr(101n) }, ['PRICE_CHANGED'], inr(201n), true],
    ['costs less', { price: inr(1n) }, ['PRICE_CHANGED'], inr(101n), true],
    ['is short', { available: 0n }, ['NOT_ENOUGH_STOCK'], inr(200n), false],
    ['is dearer and short', { available: 0n, price: inr(101n) }, ['PRICE_CHANGED', 'NOT_ENOUGH_STOCK'], inr(201n), false],
    ['is not sold', { active: false }, ['UNAVAILABLE'], inr(100n), false],
    ['is in another currency', { price: { currency: 'USD', minor: 100n } }, ['PRICE_CHANGED'], undefined, false],
  ])('says when something %s', (_what, change, issues, total, orderable) => {
    const view = viewOf(cartOf(['a', 1], ['b', 1]).lines, new Map([entry('a', change), entry('b')]));
    expect(view.lines).toMatchObject([{ issues }, { issues: [] }]);
    expect(view).toMatchObject({ total, orderable });
  });

  it('names what is gone as it was called, without a price', () => {
    const view = viewOf(cartOf(['a', 1]).lines, new Map());
    expect(view).toMatchObject({ total: undefined, orderable: false });
    expect(view.lines).toMatchObject([
      { name: 'Product a', unitPrice: undefined, total: undefined, available: 0n, issues: ['UNAVAILABLE'] },
    ]);
  });

  it('is not orderable when it is empty', () => {
    expect(viewOf([], new Map())).toEqual({ lines: [], total: undefined, orderable: false });
  });
});
