import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { metadataOf, ProductScene, refusalOf } from './testing/product-scene.ts';

let shop: ProductScene;
beforeAll(async () => {
  shop = await ProductScene.open();
}, 60_000);
afterAll(() => shop.close());

const create = (name: string, parentId = '', slug = '') => shop.tree((tree) => tree.createCategory({ name, slug, parentId }));
const move = (id: string, parentId: string, etag = '') =>
  shop.tree((tree) => tree.updateCategory({ id, category: { name: '', slug: '', parentId }, updateMask: ['parent_id'], etag }));
const rename = (id: string, name: string, etag = '') =>
  shop.tree((tree) => tree.updateCategory({ id, category: { name, slug: '', parentId: '' }, updateMask: undefined, etag }));
const remove = (id: string, etag = '') => shop.tree((tree) => tree.deleteCategory({ id, etag }));
const listed = async () => (await shop.visitor((client) => client.listCategories({}))).categories;
const namesOf = async (productId: string) =>
  (await shop.rows(sql<{ names: string }>`select category_names as names from products where id = ${productId}`))[0]?.names;
const tag = () => newId().slice(-12);

describe('the category tree', () => {
  it('grows, is renamed, moved and cut back; each change has an etag', async () => {
    const [home, kitchen] = [await create(`Home ${tag()}`), await create(`Kitchen ${tag()}`)];
    const pots = await create('Pots & Pans', home.id, `pots-${tag()}`);
    expect(pots).toMatchObject({ name: 'Pots & Pans', parentId: home.id, etag: '"1"' });
    const moved = await move(pots.id, kitchen.id, pots.etag);
    expect(moved).toMatchObject({ parentId: kitchen.id, etag: '"2"' });
    expect(await shop.tree((tree) => tree.getCategory({ id: pots.id }))).toEqual(moved);
    expect(await metadataOf(rename(pots.id, 'Late', pots.etag))).toMatchObject({ etag: '"2"' });
    expect(await rename(pots.id, 'Pots & Pans')).toEqual(moved);
    expect(await refusalOf(remove(kitchen.id))).toBe('CATEGORY_NOT_EMPTY');
    await remove(pots.id);
    await remove(kitchen.id);
    expect((await listed()).map(({ id }) => id)).not.toContain(pots.id);
    expect(await refusalOf(remove(pots.id))).toBe('CATEGORY_NOT_FOUND');
    // The slug is free again.
    expect(await create('Pots again', '', pots.slug)).toMatchObject({ slug: pots.slug });
  });

  it('has each slug once', async () => {
    const [one, two] = [await create(`One ${tag()}`), await create(`Two ${tag()}`)];
    expect(await refusalOf(create('Another', '', one.slug))).toBe('SLUG_TAKEN');
    const taken = shop.tree((tree) =>
      tree.updateCategory({ id: two.id, category: { name: '', slug: one.slug, parentId: '' }, updateMask: ['slug'], etag: '' }),
    );
    expect(await refusalOf(taken)).toBe('SLUG_TAKEN');
  });

  it('stays a tree when two are moved below each other at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, two] = [await create(`A ${tag()}`), await create(`B ${tag()}`)];
      const outcomes = await Promise.all([move(one.id, two.id), move(two.id, one.id)].map(async (call) => call.then(() => 'OK', async () => refusalOf(call)))); // prettier-ignore
      expect(outcomes.toSorted()).toEqual(['CATEGORY_CYCLE', 'OK']);
      const ids = (await listed()).map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([one.id, two.id]));
    }
  });

  it('refuses what is no tree any more, or too deep, and nothing changes', async () => {
    let parent = '';
    const path: string[] = [];
    for (let depth = 0; depth < 8; depth += 1) path.push((parent = (await create(`Level ${tag()}`, parent)).id));
    expect(await refusalOf(create('Too deep', parent))).toBe('CATEGORY_TOO_DEEP');
    expect(await refusalOf(move(path[0] ?? '', path[5] ?? ''))).toBe('CATEGORY_CYCLE');
    expect(await refusalOf(create('Orphan', newId()))).toBe('CATEGORY_NOT_FOUND');
    expect((await listed()).find(({ id }) => id === path[0])?.parentId).toBe('');
  });
});

describe('a product in a category', () => {
  it('is found by the names of its category and of all above it, as they are now', async () => {
    const word = `w${tag()}`;
    const [top, other] = [await create(`Home ${tag()}`), await create(`Office ${word}`)];
    const shelf = await create('Kettles', top.id);
    const product = await shop.product({ categoryId: shelf.id });
    await move(top.id, other.id);
    expect(await namesOf(product.id)).toBe(`Kettles ${top.name} ${other.name}`);
    const found = await shop.list({ query: word });
    expect(found.products.map(({ id }) => id)).toEqual([product.id]);
    const below = await shop.list({ categoryId: other.id });
    expect(below.products.map(({ id }) => id)).toEqual([product.id]);
  });

  it('keeps it from being deleted, also when both happen at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const category = await create(`Busy ${tag()}`);
      const [deleted, added] = await Promise.allSettled([remove(category.id), shop.product({ categoryId: category.id })]);
      expect([deleted.status, added.status].toSorted()).toEqual(['fulfilled', 'rejected']);
      const ids = (await listed()).map(({ id }) => id);
      expect(ids.includes(category.id)).toBe(added.status === 'fulfilled');
    }
  });
});
