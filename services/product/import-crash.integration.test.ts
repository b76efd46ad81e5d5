import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { sql } from 'kysely';
import { figures, manyRows, queueFile } from './testing/import-rows.ts';
import { startProductProcess } from './testing/product-process.ts';
import { ProductScene } from './testing/product-scene.ts';

let shop: ProductScene;
beforeAll(async () => {
  shop = await ProductScene.open();
});
afterAll(() => shop.close());

const ROWS = 3_000;
/** Many small batches, and a short wait for who has gone silent. */
const SETTINGS = { IMPORT_BATCH_ROWS: '20', IMPORT_LEASE_MS: '1000', IMPORT_POLL_INTERVAL_MS: '50' };

describe('an import whose process is killed', () => {
  it('goes on where it was, in another process, and does each row once', async () => {
    const category = `c-${await shop.category('Pans')}`;
    const first = await startProductProcess(shop, SETTINGS);
    const id = await queueFile(shop, manyRows('CRASH', category, ROWS));
    const getImport = () => shop.imports((client) => client.getImport({ id }));
    const begun = await eventually('some rows', async () => {
      const now = await getImport();
      return now.rowsRead > 200n && now;
    });
    await first.end('SIGKILL');
    const left = await getImport();
    expect(Number(left.rowsRead)).toBeGreaterThanOrEqual(Number(begun.rowsRead));
    expect(Number(left.rowsRead)).toBeLessThan(ROWS);
    expect(figures(left).state).toBe('RUNNING');
    // What it was at when it died is undone: progress and products agree.
    const products = () => shop.rows(sql<{ count: string }>`select count(*) from products where sku like 'CRASH-%'`);
    expect(await products()).toEqual([{ count: String(left.rowsRead) }]);

    const second = await startProductProcess(shop, SETTINGS);
    const done = await eventually(
      'the end',
      async () => {
        const now = await getImport();
        return now.endedAt !== undefined && now;
      },
      60_000,
    );
    expect(figures(done)).toEqual({ state: 'SUCCEEDED', created: ROWS, updated: 0, unchanged: 0, refused: 0 });
    expect(await products()).toEqual([{ count: String(ROWS) }]);
    const [events] = await shop.rows(sql`
      select count(*)::integer as events, count(distinct aggregateid)::integer as products from outbox where type = 'shopverse.product.v1.ProductCreated'`);
    expect(events).toEqual({ events: ROWS, products: ROWS });
    expect(await shop.disagreements()).toEqual([]);
    expect(await second.end('SIGTERM')).toBe(0);
  }, 90_000);
});
