import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { listCategories } from './store/category-repository.ts';
import { CategoryTree } from './store/category-tree.ts';
import { ProductScene } from './testing/product-scene.ts';

let shop: ProductScene;
let loads = 0;
let now = 0;
let tree: CategoryTree;
const stopping = new AbortController();
let running: Promise<void>;
const TTL_MS = 60_000;

beforeAll(async () => {
  shop = await ProductScene.open();
  await shop.category('Kettles');
  tree = another(1_000);
  running = tree.run(stopping.signal);
}, 60_000);
afterAll(async () => {
  stopping.abort();
  await running;
  await shop.close();
});
beforeEach(async () => {
  await listens();
  loads = 0;
});

/** As another replica has it. */
function another(maxEntries: number): CategoryTree {
  const load = async () => {
    loads += 1;
    return listCategories(shop.database.sql);
  };
  return new CategoryTree({ database: shop.database, load, log: shop.host.log, now: () => now }, { maxEntries, timeToLiveMs: TTL_MS });
}
const listens = () => eventually('the tree to be heard of', async () => tree.listening || undefined, { timeoutMs: 30_000, intervalMs: 20 });
const names = async () => (await tree.list()).map(({ name }) => name);
const known = (name: string) =>
  eventually(`${name} to be known`, async () => (await names()).includes(name) || undefined, { timeoutMs: 10_000, intervalMs: 10 });
const rename = (id: string, name: string) =>
  shop.tree((client) => client.updateCategory({ id, category: { name, slug: '', parentId: '' }, updateMask: ['name'], etag: '' }));

describe('the category tree', () => {
  it('is read once for many, and again when its time is over', async () => {
    tree.forget();
    await Promise.all(Array.from({ length: 20 }, () => tree.list()));
    await tree.list();
    expect(loads).toBe(1);
    now += TTL_MS;
    await tree.list();
    expect(loads).toBe(2);
  });

  it('is known anew after every change of another replica, and of plain SQL', async () => {
    await tree.list();
    const added = await shop.tree((client) => client.createCategory({ name: `New ${newId()}`, slug: '', parentId: '' }));
    expect(await known(added.name)).toBe(true);
    await rename(added.id, 'Renamed');
    expect(await known('Renamed')).toBe(true);
    await shop.rows(sql`update categories set name = 'By hand' where id = ${added.id}`);
    expect(await known('By hand')).toBe(true);
  });

  it('is what the replica that changed it answers at once', async () => {
    const { id } = await shop.tree((client) => client.createCategory({ name: 'Mine', slug: `mine-${newId()}`, parentId: '' }));
    for (let round = 0; round < 20; round += 1) {
      await rename(id, `Mine ${round}`);
      const { categories } = await shop.visitor((client) => client.listCategories({}));
      expect(categories.find((one) => one.id === id)?.name).toBe(`Mine ${round}`);
    }
  });

  it('is read each time while changes are not heard of, and remembered again afterwards', async () => {
    const id = await shop.category('Before');
    await tree.list();
    const observer = await shop.observer();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'category tree'`.execute(observer.sql);
    await eventually('the loss to be noticed', async () => !tree.listening || undefined, { timeoutMs: 10_000, intervalMs: 1 });
    await shop.rows(sql`update categories set name = 'Meanwhile' where id = ${id}`);
    expect(await names()).toContain('Meanwhile');
    await listens();
    await tree.list();
    loads = 0;
    await tree.list();
    expect(loads).toBe(0);
  });

  it('is not remembered when it could not be read, nor when it is too large', async () => {
    const small = another(1);
    const stop = new AbortController();
    const done = small.run(stop.signal);
    await shop.category('Second');
    await eventually('it to be heard of', async () => small.listening || undefined, { timeoutMs: 30_000, intervalMs: 20 });
    loads = 0;
    await small.list();
    await small.list();
    expect(loads).toBe(2);
    stop.abort();
    await done;
    let fails = true;
    const load = async () => (fails ? Promise.reject(new Error('away')) : []);
    const broken = new CategoryTree(
      { database: shop.database, load, log: shop.host.log, now: () => now },
      { maxEntries: 9, timeToLiveMs: 9 },
    );
    const end = new AbortController();
    const ended = broken.run(end.signal);
    await eventually('it to be heard of', async () => broken.listening || undefined, { timeoutMs: 30_000, intervalMs: 20 });
    await expect(broken.list()).rejects.toThrow('away');
    fails = false;
    await expect(broken.list()).resolves.toEqual([]);
    end.abort();
    await ended;
  });
});
