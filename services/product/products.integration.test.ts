import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProductCreated, ProductUpdated, StockChanged } from '@shopverse/contracts/shopverse/product/v1/product_events';
import type { ProductChange } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { metadataOf, ProductScene, refusalOf, type ProductClient } from './testing/product-scene.ts';

let shop: ProductScene;
let categoryId: string;
beforeAll(async () => {
  shop = await ProductScene.open();
  categoryId = await shop.category('Kettles', await shop.category('Kitchen'));
});
afterAll(() => shop.close());

const get = (id: string, userId?: string) =>
  shop.as('edge', userId === undefined ? undefined : { userId }, (products) => products.getProduct({ id }));

describe('adding a product', () => {
  it('keeps it, with its first stock, a movement and its events', async () => {
    const product = await shop.product({
      categoryId,
      name: 'Copper kettle',
      initialStock: 7n,
      imageUrls: ['https://images.shopverse.example/k.jpg'],
    });
    expect(product).toMatchObject({
      name: 'Copper kettle',
      categoryId,
      price: { currencyCode: 'INR', units: 1_299n, nanos: 0 },
      available: 7n,
      active: true,
      etag: '"1"',
    });
    expect(product.sku).toMatch(/^COPPER-KETTLE-[0-9A-Z]{6}$/);
    expect(await get(product.id)).toEqual(product);
    const rows = await shop.rows(sql<{ payload: Buffer }>`select payload from outbox where aggregateid = ${product.id} order by position`);
    expect(ProductCreated.decode(rows[0]?.payload ?? Buffer.of())).toEqual({ productId: product.id, product, importId: '' });
    expect(StockChanged.decode(rows[1]?.payload ?? Buffer.of())).toMatchObject({ productId: product.id, available: 7n, version: 1n });
    expect(await shop.disagreements()).toEqual([]);
    const { products } = await shop.list({ query: 'kitchen copper' });
    expect(products.map(({ id }) => id)).toEqual([product.id]);
  });

  it('with a key happens once', async () => {
    const key = newId();
    const made = await Promise.all(
      Array.from({ length: 4 }, () =>
        shop.as('edge', { role: 'ADMIN', userId: ADMIN }, (client) => client.createProduct(request(), { idempotencyKey: key })),
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await shop.events(made[0]?.id ?? '')).toEqual(['ProductCreated', 'StockChanged']);
    const other = { ...request(), name: 'Another' };
    await expect(
      shop.as('edge', { role: 'ADMIN', userId: ADMIN }, (client) => client.createProduct(other, { idempotencyKey: key })),
    ).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it.each<[string, () => object, string]>([
    ['a category that does not exist', () => ({ categoryId: newId() }), 'CATEGORY_NOT_FOUND'],
    ['the SKU of another', () => ({ sku: 'TAKEN-1' }), 'SKU_TAKEN'],
    ['no price', () => ({ price: undefined }), 'INVALID_REQUEST'],
    ['a price below nothing', () => ({ price: { currencyCode: 'INR', units: -5n, nanos: 0 } }), 'INVALID_REQUEST'],
    ['a price finer than a paisa', () => ({ price: { currencyCode: 'INR', units: 5n, nanos: 1 } }), 'INVALID_REQUEST'],
    ['a name of blanks', () => ({ name: ' \t ' }), 'INVALID_REQUEST'],
    ['stock below nothing', () => ({ initialStock: -1n }), 'INVALID_REQUEST'],
    ['an image that is no URL', () => ({ imageUrls: ['kettle.jpg'] }), 'INVALID_REQUEST'],
  ])('with %s is refused and changes nothing', async (_what, change, reason) => {
    await shop.product({ categoryId, sku: 'TAKEN-1' }).catch(() => undefined);
    const count = () => shop.rows(sql`select (select count(*) from products) as products, (select count(*) from outbox) as events`);
    const before = await count();
    expect(await refusalOf(shop.product({ categoryId, ...change() }))).toBe(reason);
    expect(await count()).toEqual(before);
  });

  it('is for admins', async () => {
    expect(await refusalOf(shop.as('edge', { role: 'CUSTOMER' }, (client) => client.createProduct(request())))).toBe('ROLE_NOT_ALLOWED');
    expect(await refusalOf(shop.visitor((client) => client.createProduct(request())))).toBe('UNAUTHENTICATED');
  });
});

const NO_CHANGE: ProductChange = {
  name: '',
  description: '',
  brand: '',
  categoryId: '',
  price: undefined,
  imageUrls: [],
  attributes: [],
  active: false,
  etag: '',
};
const ADMIN = newId();
const asAdmin = <T>(run: (client: ProductClient) => Promise<T>) => shop.as('edge', { role: 'ADMIN', userId: ADMIN }, run);
const update = (id: string, change: Partial<ProductChange>, updateMask?: string[]) =>
  asAdmin((client) => client.updateProduct({ id, product: { ...NO_CHANGE, ...change }, updateMask }));
const rupees = (units: bigint) => ({ currencyCode: 'INR', units, nanos: 0 });

describe('changing a product', () => {
  it('changes what the mask names and nothing else, empties what is named and empty, and says so once', async () => {
    const before = await shop.product({ categoryId, description: 'Old', brand: 'Kavira' });
    const after = await update(before.id, { name: ' New\tname ', brand: 'Ignored', etag: before.etag }, ['name', 'description', 'active']);
    expect(after).toEqual({ ...before, name: 'New name', description: '', active: false, etag: '"2"', updatedAt: after.updatedAt });
    expect(await get(before.id)).toEqual(after);
    expect(await shop.events(before.id)).toEqual(['ProductCreated', 'StockChanged', 'ProductUpdated']);
    const [row] = await shop.rows(
      sql<{ payload: Buffer }>`select payload from outbox where aggregateid = ${before.id} order by position desc limit 1`,
    );
    expect(ProductUpdated.decode(row?.payload ?? Buffer.of())).toEqual({
      productId: before.id,
      product: after,
      updatedAt: after.updatedAt,
    });
  });

  it('replaces all attributes, and knows when they are the same', async () => {
    const wood = { key: 'material', value: 'wood' };
    const before = await shop.product({ categoryId, attributes: [wood, { key: 'colour', value: 'red' }] });
    expect(before.attributes).toEqual([{ key: 'colour', value: 'red' }, wood]);
    const after = await update(before.id, { attributes: [wood] }, ['attributes']);
    expect(after).toEqual({ ...before, attributes: [wood], etag: '"2"', updatedAt: after.updatedAt });
    expect(await update(before.id, { attributes: [{ key: 'material', value: ' wood ' }] })).toEqual(after);
    expect((await update(before.id, {}, ['attributes'])).attributes).toEqual([]);
    expect(await shop.events(before.id)).toEqual(['ProductCreated', 'StockChanged', 'ProductUpdated', 'ProductUpdated']);
    expect(await refusalOf(update(before.id, { attributes: [wood, wood] }))).toBe('INVALID_REQUEST');
    expect(await refusalOf(update(before.id, { attributes: [{ key: 'Not so', value: 'x' }] }))).toBe('INVALID_REQUEST');
  });

  it('without a mask changes what is given', async () => {
    const before = await shop.product({ categoryId });
    const after = await update(before.id, { brand: 'Other', price: rupees(5n) });
    expect(after).toMatchObject({ name: before.name, brand: 'Other', price: rupees(5n), active: true });
  });

  it('to what it is already changes nothing', async () => {
    const before = await shop.product({ categoryId });
    expect(await update(before.id, { name: ` ${before.name} `, price: before.price, active: true })).toEqual(before);
    expect(await shop.events(before.id)).toEqual(['ProductCreated', 'StockChanged']);
  });

  it('by two at once lets one through and tells the other the etag of now', async () => {
    const { id, etag } = await shop.product({ categoryId });
    const tries = await Promise.allSettled(['One', 'Two', 'Three', 'Four'].map((name) => update(id, { name, etag })));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of tries) {
      if (attempt.status === 'rejected')
        expect(await metadataOf(Promise.reject(attempt.reason as Error))).toMatchObject({ product_id: id, etag: '"2"' });
    }
    expect(await refusalOf(update(id, { name: 'Late', etag }))).toBe('CONCURRENT_CHANGE');
    expect((await get(id)).etag).toBe('"2"');
  });

  it('into another category is found by the names of that one', async () => {
    const other = await shop.category('Samovars');
    const { id } = await shop.product({ categoryId, name: 'Zarya boiler' });
    await update(id, { categoryId: other });
    const { products } = await shop.list({ query: 'samovars', categoryId: other });
    expect(products.map((product) => product.id)).toEqual([id]);
  });

  it.each<[string, () => object, string[] | undefined, string]>([
    ['nothing to change', () => ({}), undefined, 'INVALID_REQUEST'],
    ['a field that cannot be changed', () => ({}), ['sku'], 'INVALID_REQUEST'],
    ['a field that does not exist', () => ({}), ["name'; drop table products"], 'INVALID_REQUEST'],
    ['an empty name', () => ({}), ['name'], 'INVALID_REQUEST'],
    ['a name that cannot be seen', () => ({ name: '\u200b\u202e\u2060' }), ['name'], 'INVALID_REQUEST'],
    ['a name that is too long', () => ({ name: 'x'.repeat(201) }), ['name'], 'INVALID_REQUEST'],
    ['no price', () => ({}), ['price'], 'INVALID_REQUEST'],
    ['a price of nothing', () => ({ price: rupees(0n) }), ['price'], 'INVALID_REQUEST'],
    ['a price in another currency', () => ({ price: { currencyCode: 'USD', units: 5n, nanos: 0 } }), ['price'], 'INVALID_REQUEST'],
    ['no category', () => ({}), ['category_id'], 'INVALID_REQUEST'],
    ['a category that does not exist', () => ({ categoryId: newId() }), undefined, 'CATEGORY_NOT_FOUND'],
    ['too many images', () => ({ imageUrls: Array.from({ length: 21 }, () => 'https://i.example/a.jpg') }), undefined, 'INVALID_REQUEST'],
    ['an etag of another', () => ({ name: 'New', etag: '"7"' }), undefined, 'CONCURRENT_CHANGE'],
  ])('with %s is refused and changes nothing', async (_what, change, mask, reason) => {
    const before = await shop.product({ categoryId });
    expect(await refusalOf(update(before.id, change(), mask))).toBe(reason);
    expect(await get(before.id)).toEqual(before);
    expect(await shop.events(before.id)).toEqual(['ProductCreated', 'StockChanged']);
  });

  it('takes text that looks like SQL for text', async () => {
    const { id } = await shop.product({ categoryId });
    const nasty = `'; drop table products; -- $1 \\ %s`;
    const after = await update(id, { name: nasty, description: nasty, brand: nasty });
    expect([after.name, after.description, after.brand]).toEqual([nasty, nasty, nasty]);
    expect(await get(id)).toEqual(after);
  });
});

describe('deleting a product', () => {
  it('hides it from everybody, keeps it from being ordered, frees its SKU and says so', async () => {
    const { id, sku, etag } = await shop.product({ categoryId, sku: 'GONE-1' });
    expect(await refusalOf(asAdmin((client) => client.deleteProduct({ id, etag: '"9"' })))).toBe('CONCURRENT_CHANGE');
    await asAdmin((client) => client.deleteProduct({ id, etag }));
    expect(await refusalOf(get(id))).toBe('PRODUCT_NOT_FOUND');
    expect(await refusalOf(update(id, { name: 'Back' }))).toBe('PRODUCT_NOT_FOUND');
    expect(await refusalOf(asAdmin((client) => client.deleteProduct({ id, etag: '' })))).toBe('PRODUCT_NOT_FOUND');
    expect(await shop.order((client) => client.batchGetProducts({ ids: [id] }))).toEqual({ products: [] });
    const order = { orderId: newId(), items: [{ productId: id, quantity: 1 }] };
    expect(await refusalOf(shop.order((client) => client.reserveStock(order)))).toBe('PRODUCT_NOT_FOUND');
    expect(await shop.events(id)).toEqual(['ProductCreated', 'StockChanged', 'ProductDeleted']);
    expect(await shop.product({ categoryId, sku })).toMatchObject({ sku });
  });

  it('still sells what was reserved before', async () => {
    const { id } = await shop.product({ categoryId, initialStock: 3n });
    const orderId = newId();
    await shop.order((client) => client.reserveStock({ orderId, items: [{ productId: id, quantity: 2 }] }));
    await asAdmin((client) => client.deleteProduct({ id, etag: '' }));
    await shop.order((client) => client.commitReservation({ orderId }));
    expect(await shop.stock(id)).toMatchObject({ onHand: 1, reserved: 0 });
    expect(await shop.disagreements()).toEqual([]);
  });
});

describe('the price history', () => {
  const prices = (productId: string, pageSize: number, pageToken = '') =>
    asAdmin((client) => client.listProductPrices({ productId, pageSize, pageToken }));

  it('has every price with who set it, newest first, in pages', async () => {
    const { id } = await shop.product({ categoryId, price: rupees(10n) });
    await update(id, { price: rupees(20n) });
    await update(id, { name: 'No new price' });
    await update(id, { price: rupees(10n) });
    const first = await prices(id, 2);
    expect(first.prices).toMatchObject([
      { price: rupees(10n), setBy: ADMIN },
      { price: rupees(20n), setBy: ADMIN },
    ]);
    const second = await prices(id, 2, first.nextPageToken);
    expect(second.prices.map(({ price }) => price)).toEqual([rupees(10n)]);
    expect(second.nextPageToken).toBe('');
    const other = await shop.product({ categoryId });
    expect(await refusalOf(prices(other.id, 2, first.nextPageToken))).toBe('INVALID_PAGE_TOKEN');
    expect(await refusalOf(prices(newId(), 2))).toBe('PRODUCT_NOT_FOUND');
  });
});

it('changing, deleting and the price history are for admins', async () => {
  const { id } = await shop.product({ categoryId });
  const product = { ...NO_CHANGE, name: 'Mine' };
  const calls = [
    (client: ProductClient) => client.updateProduct({ id, product, updateMask: undefined }),
    (client: ProductClient) => client.deleteProduct({ id, etag: '' }),
    (client: ProductClient) => client.listProductPrices({ productId: id, pageSize: 0, pageToken: '' }),
  ];
  for (const call of calls) {
    expect(await refusalOf(shop.as<unknown>('edge', { role: 'CUSTOMER' }, call))).toBe('ROLE_NOT_ALLOWED');
    expect(await refusalOf(shop.visitor<unknown>(call))).toBe('UNAUTHENTICATED');
  }
});

describe('looking at a product', () => {
  it('is remembered of who is signed in, and of nobody else', async () => {
    const { id } = await shop.product({ categoryId });
    const userId = newId();
    await get(id);
    await get(id, userId);
    expect(shop.views.filter(({ message }) => (message as { productId: string }).productId === id)).toMatchObject([
      { type: 'shopverse.product.v1.ProductViewed', message: { userId, productId: id, categoryId } },
    ]);
  });

  it('that is unknown or deleted answers that there is none', async () => {
    const { id } = await shop.product({ categoryId });
    await shop.rows(sql`update products set deleted_at = now() where id = ${id}`);
    for (const gone of [id, newId()]) await expect(get(gone, newId())).rejects.toMatchObject({ reason: 'PRODUCT_NOT_FOUND' });
    expect(await shop.order((client) => client.batchGetProducts({ ids: [id] }))).toEqual({ products: [] });
  });

  it('that is not for sale still shows it, but no list does', async () => {
    const { id } = await shop.product({ categoryId, brand: 'Hidden' });
    await shop.rows(sql`update products set active = false where id = ${id}`);
    expect(await get(id)).toMatchObject({ id, active: false });
    const { products } = await shop.list({ brand: 'Hidden' });
    expect(products).toEqual([]);
  });
});

function request() {
  const price = { currencyCode: 'INR', units: 999n, nanos: 0 };
  return { sku: '', name: 'Iron kettle', description: '', brand: '', categoryId, price, imageUrls: [], attributes: [], initialStock: 1n };
}
