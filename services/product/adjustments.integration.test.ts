import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StockMovementKind } from '@shopverse/contracts/shopverse/product/v1/product';
import { StockLow } from '@shopverse/contracts/shopverse/product/v1/product_events';
import { ProductChange } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { metadataOf, ProductScene, refusalOf } from './testing/product-scene.ts';

let shop: ProductScene;
let categoryId: string;
beforeAll(async () => {
  shop = await ProductScene.open();
  categoryId = await shop.category('Kettles');
});
afterAll(() => shop.close());

const add = async (stock: number) => (await shop.product({ categoryId, initialStock: BigInt(stock) })).id;
const reserve = (productId: string, quantity: number, orderId = newId()) =>
  shop.order((products) => products.reserveStock({ orderId, items: [{ productId, quantity }] }));
const movements = (productId: string, pageSize = 0, pageToken = '') =>
  shop.as('edge', { role: 'ADMIN' }, (client) => client.listStockMovements({ productId, pageSize, pageToken }));

describe('adjusting stock', () => {
  it('changes what is on hand, with a movement that says who and why, and tells others', async () => {
    const [productId, userId] = [await add(3), newId()];
    await reserve(productId, 1);
    const received = await shop.adjust(productId, 5n, { kind: StockMovementKind.RECEIVED, reason: 'delivery 7', userId });
    expect(received).toEqual({ productId, onHand: 8n, reserved: 1n, available: 7n });
    const corrected = await shop.adjust(productId, -2n, { reason: "broken'; drop table stock; --", userId });
    const { movements: found, stock } = await movements(productId);
    expect(stock).toEqual(corrected);
    expect(found).toMatchObject([
      { kind: StockMovementKind.ADJUSTED, onHandChange: -2n, reason: "broken'; drop table stock; --", actorId: userId, orderId: '' },
      { kind: StockMovementKind.RECEIVED, onHandChange: 5n, reason: 'delivery 7', actorId: userId },
      { kind: StockMovementKind.RESERVED, onHandChange: 0n, reservedChange: 1n, actorId: '' },
      { kind: StockMovementKind.RECEIVED, onHandChange: 3n, reason: 'initial stock', actorId: '' },
    ]);
    expect(await shop.events(productId)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged', 'StockChanged', 'StockChanged']);
    expect(await shop.disagreements()).toEqual([]);
  });

  it('with a key happens once, however many ask at the same time', async () => {
    const [productId, idempotencyKey, userId] = [await add(0), newId(), newId()];
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.adjust(productId, 4n, { idempotencyKey, userId })));
    expect(answers.every(({ onHand }) => onHand === 4n)).toBe(true);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 4 });
    expect(await refusalOf(shop.adjust(productId, 5n, { idempotencyKey, userId }))).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('never takes what is reserved, and says how much can be taken', async () => {
    const productId = await add(5);
    await reserve(productId, 3);
    expect(await metadataOf(shop.adjust(productId, -3n))).toMatchObject({ product_id: productId, available: '2' });
    expect(await refusalOf(shop.adjust(productId, -6n))).toBe('OUT_OF_STOCK');
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => shop.adjust(productId, -1n)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await shop.stock(productId)).toMatchObject({ onHand: 3, reserved: 3 });
    expect(await shop.disagreements()).toEqual([]);
  });

  it.each<[string, bigint, object, string]>([
    ['nothing', 0n, {}, 'INVALID_REQUEST'],
    ['more than any shop has', 1_000_000_001n, {}, 'INVALID_REQUEST'],
    ['fewer goods than none that came in', -1n, { kind: StockMovementKind.RECEIVED }, 'INVALID_REQUEST'],
    ['a kind that only orders cause', 1n, { kind: StockMovementKind.RETURNED }, 'INVALID_REQUEST'],
    ['no reason', 1n, { reason: '' }, 'INVALID_REQUEST'],
    ['a reason of blanks', 1n, { reason: ' \t ' }, 'INVALID_REQUEST'],
    ['a reason that is too long', 1n, { reason: 'x'.repeat(201) }, 'INVALID_REQUEST'],
    ['a product that is no id', 1n, { productId: "' or 1=1" }, 'INVALID_REQUEST'],
    ['a product that does not exist', 1n, { productId: newId() }, 'PRODUCT_NOT_FOUND'],
  ])('by %s is refused and changes nothing', async (_what, change, more, reason) => {
    const productId = await add(5);
    expect(await refusalOf(shop.adjust(productId, change, more))).toBe(reason);
    expect(await shop.stock(productId)).toEqual({ onHand: 5, reserved: 0, version: 1 });
  });

  it('needs a key, and an admin; so does the ledger', async () => {
    const productId = await add(1);
    const request = { productId, change: 1n, kind: StockMovementKind.UNSPECIFIED, reason: 'mine' };
    const options = { idempotencyKey: newId() };
    expect(await refusalOf(shop.as('edge', { role: 'CUSTOMER' }, (client) => client.adjustStock(request, options)))).toBe(
      'ROLE_NOT_ALLOWED',
    );
    expect(await refusalOf(shop.visitor((client) => client.listStockMovements({ productId, pageSize: 0, pageToken: '' })))).toBe(
      'UNAUTHENTICATED',
    );
    expect(await refusalOf(shop.as('edge', { role: 'ADMIN' }, (client) => client.adjustStock(request)))).toBe('IDEMPOTENCY_KEY_REQUIRED');
  });
});

describe('the ledger', () => {
  it('comes in pages that miss nothing while it grows, and a token of one product is none of another', async () => {
    const productId = await add(1);
    for (const change of [2n, 3n, 4n]) await shop.adjust(productId, change);
    const first = await movements(productId, 2);
    await shop.adjust(productId, 5n);
    const second = await movements(productId, 2, first.nextPageToken);
    expect([...first.movements, ...second.movements].map(({ onHandChange }) => onHandChange)).toEqual([4n, 3n, 2n, 1n]);
    expect(second.nextPageToken).toBe('');
    expect(await refusalOf(movements(await add(1), 2, first.nextPageToken))).toBe('INVALID_PAGE_TOKEN');
    expect(await refusalOf(movements(newId()))).toBe('PRODUCT_NOT_FOUND');
  });
});

describe('there being few of a product', () => {
  const lowOf = async (productId: string) => (await shop.events(productId)).filter((type) => type === 'StockLow').length;

  it('is told once, by whatever leads there, and again when there were more meanwhile', async () => {
    const productId = await add(10);
    await reserve(productId, 6);
    expect(await lowOf(productId)).toBe(0);
    const orderId = newId();
    await reserve(productId, 1, orderId);
    await reserve(productId, 1, orderId);
    await reserve(productId, 1);
    expect(await lowOf(productId)).toBe(1);
    await shop.adjust(productId, 8n);
    await shop.adjust(productId, -7n);
    expect(await lowOf(productId)).toBe(2);
  });

  it('is told once when many take the last ones at the same time', async () => {
    const productId = await add(12);
    await Promise.allSettled(Array.from({ length: 20 }, () => reserve(productId, 1)));
    expect(await lowOf(productId)).toBe(1);
  });

  it('has a threshold of its own where an admin wants one', async () => {
    const product = await shop.product({ categoryId, initialStock: 20n, lowStockThreshold: 15n });
    expect(product.lowStockThreshold).toBe(15n);
    await reserve(product.id, 4);
    expect(await lowOf(product.id)).toBe(0);
    await reserve(product.id, 1);
    const [row] = await shop.rows(
      sql<{ payload: Buffer }>`select payload from outbox where aggregateid = ${product.id} order by position desc limit 1`,
    );
    expect(StockLow.decode(row?.payload ?? Buffer.of())).toMatchObject({ productId: product.id, available: 15n, threshold: 15n });
    await shop.adjust(product.id, 1n);
    await shop.adjust(product.id, -2n);
    expect(await lowOf(product.id)).toBe(2);
    const never = await shop.product({ categoryId, initialStock: 5n, lowStockThreshold: 0n });
    await reserve(never.id, 4);
    expect(await lowOf(never.id)).toBe(0);
  });

  it('is told when the threshold is raised over what there is, and follows the shop again when it is taken away', async () => {
    const { id } = await shop.product({ categoryId, initialStock: 10n });
    const update = (lowStockThreshold: bigint | undefined, mask = ['low_stock_threshold']) =>
      shop.as('edge', { role: 'ADMIN' }, (client) =>
        client.updateProduct({ id, product: ProductChange.fromPartial({ lowStockThreshold }), updateMask: mask }),
      );
    expect((await update(9n)).lowStockThreshold).toBe(9n);
    expect(await lowOf(id)).toBe(0);
    expect((await update(10n, [])).etag).toBe('"3"');
    expect(await lowOf(id)).toBe(1);
    await update(12n);
    expect(await lowOf(id)).toBe(1);
    expect(await update(undefined)).toMatchObject({ lowStockThreshold: undefined, etag: '"5"' });
    expect(await refusalOf(update(-1n))).toBe('INVALID_REQUEST');
  });

  it('is not told of what there were few of from the start', async () => {
    const productId = await add(2);
    await reserve(productId, 1);
    expect(await lowOf(productId)).toBe(0);
  });
});
