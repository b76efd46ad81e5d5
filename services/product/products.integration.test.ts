import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProductCreated, StockChanged } from '@shopverse/contracts/shopverse/product/v1/product_events';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { ProductScene, refusalOf } from './testing/product-scene.ts';

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
    expect(ProductCreated.decode(rows[0]?.payload ?? Buffer.of())).toEqual({ productId: product.id, product });
    expect(StockChanged.decode(rows[1]?.payload ?? Buffer.of())).toMatchObject({ productId: product.id, available: 7n, version: 1n });
    expect(await shop.disagreements()).toEqual([]);
    const { products } = await shop.visitor((client) =>
      client.listProducts({ query: 'kitchen copper', pageSize: 0, pageToken: '', categoryId: '', brand: '', inStock: false }),
    );
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
    const { products } = await shop.visitor((client) =>
      client.listProducts({ query: '', pageSize: 0, pageToken: '', categoryId: '', brand: 'Hidden', inStock: false }),
    );
    expect(products).toEqual([]);
  });
});

const ADMIN = newId();
function request() {
  const price = { currencyCode: 'INR', units: 999n, nanos: 0 };
  return { sku: '', name: 'Iron kettle', description: '', brand: '', categoryId, price, imageUrls: [], initialStock: 1n };
}
