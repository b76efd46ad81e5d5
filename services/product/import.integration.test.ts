import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ImportFormat, ImportState, type Import } from '@shopverse/contracts/shopverse/product/v1/import';
import { failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import { claimImport } from './store/import-claims.ts';
import { exportQuery } from './store/product-export.ts';
import { exportAll, figures, importFile, manyRows, queueFile } from './testing/import-rows.ts';
import { MAX_FILE_BYTES, metadataOf, ProductScene, refusalOf } from './testing/product-scene.ts';
import { watchImportAs } from './testing/import-watcher.ts';

let shop: ProductScene;
let categoryId: string;
/** The category's slug. */
let pans: string;
beforeAll(async () => {
  shop = await ProductScene.open();
  const kitchen = await shop.category('Kitchen');
  categoryId = await shop.category('Pans', kitchen);
  pans = `c-${categoryId}`;
});
afterAll(() => shop.close());

let series = 0;
/** Begins the SKUs of one test. */
let own: string;
beforeEach(() => {
  series += 1;
  own = `T${series}X`;
});

const head = 'sku,name,category,price,currency,stock';
const file = (...rows: string[]) => `${head}\n${rows.map((row) => `${row}\n`).join('')}`;
const getImport = (id: string) => shop.imports((client) => client.getImport({ id }));
const errorsOf = async (id: string) => {
  const { errors } = await shop.imports((client) => client.listImportErrors({ importId: id, pageSize: 100, pageToken: '' }));
  return errors.map(({ row, field, message }) => [Number(row), field, message]);
};
const bySku = async (sku: string) => {
  const [row] = await shop.rows(sql<{ id: string }>`select id from products where sku = ${sku} and deleted_at is null`);
  return shop.visitor((client) => client.getProduct({ id: row?.id ?? newId() }));
};
const counts = () =>
  shop.rows(sql`
    select (select count(*) from products) as products, (select count(*) from outbox where aggregatetype <> 'import') as events, (select count(*) from stock_movements) as movements,
      (select count(*) from product_prices) as prices`);

describe('an import', () => {
  it('adds what is new and changes what is different, as the commands for one product do', async () => {
    const known = await shop.product({ categoryId, sku: `${own}-1`, name: 'Old pan', description: 'Kept', initialStock: 4n });
    const done = await importFile(
      shop,
      file(`${own}-1,New pan,Kitchen > Pans,20.5,INR,6`, `${own}-2,"Lid, ""glass""",${pans},5,INR,3`, `${own}-3,Bare,${pans},7.00,INR,`),
    );
    expect(figures(done)).toEqual({ state: 'SUCCEEDED', created: 2, updated: 1, unchanged: 0, refused: 0 });
    expect(done).toMatchObject({ rowsRead: 3n, readBytes: done.receivedBytes, failure: '', fileName: 'products.csv' });

    const changed = await bySku(`${own}-1`);
    expect(changed).toMatchObject({ id: known.id, name: 'New pan', description: 'Kept', price: { units: 20n, nanos: 500_000_000 }, available: 6n, etag: '"2"' });
    expect(await bySku(`${own}-2`)).toMatchObject({ name: 'Lid, "glass"', categoryId, available: 3n, active: true, etag: '"1"' });
    expect(await bySku(`${own}-3`)).toMatchObject({ available: 0n });

    expect(await shop.events(known.id)).toEqual(['ProductCreated', 'StockChanged', 'ProductUpdated', 'StockChanged']);
    expect(await shop.events((await bySku(`${own}-2`)).id)).toEqual(['ProductCreated', 'StockChanged']);
    expect(await shop.events(done.id)).toEqual(['ProductsImported']);
    const movements = await shop.rows(
      sql`select kind, on_hand_change::integer, reason, actor_id from stock_movements where product_id = ${known.id} order by id desc limit 1`,
    );
    expect(movements).toEqual([{ kind: 'adjusted', on_hand_change: 2, reason: `import ${done.id}`, actor_id: done.createdBy }]);
    const { prices } = await shop.as('edge', { role: 'ADMIN' }, (client) =>
      client.listProductPrices({ productId: known.id, pageSize: 0, pageToken: '' }),
    );
    expect(prices.map(({ price, setBy }) => [price?.units, setBy === done.createdBy])).toEqual([[20n, true], [1_299n, false]]); // prettier-ignore
    expect(await shop.disagreements()).toEqual([]);
    const { products } = await shop.list({ query: 'kitchen glass' });
    expect(products.map(({ sku }) => sku)).toEqual([`${own}-2`]);
  }); // prettier-ignore

  it('of the same file again changes nothing: no event, the same etags', async () => {
    const rows = manyRows(own, pans, 250);
    expect(figures(await importFile(shop, rows))).toMatchObject({ created: 250, refused: 0 });
    const before = await counts();
    expect(figures(await importFile(shop, rows))).toEqual({ state: 'SUCCEEDED', created: 0, updated: 0, unchanged: 250, refused: 0 });
    expect(await counts()).toEqual(before);
    expect(await bySku(`${own}-250`)).toMatchObject({ name: 'Pan, 250 cm', etag: '"1"', attributes: [{ key: 'size', value: '250' }] });
  });

  it('refuses bad rows, each only itself, and says where and why', async () => {
    const reserved = await shop.product({ categoryId, sku: `${own}-7`, initialStock: 5n });
    await shop.order((client) => client.reserveStock({ orderId: newId(), items: [{ productId: reserved.id, quantity: 3 }] }));
    const done = await importFile(
      shop,
      file(
        `${own}-1,Good,${pans},1,INR,1`,
        `${own}-2,No price,${pans},,INR,1`,
        `${own}-3,Nowhere,nowhere,1,INR,1`,
        `${own}-4,"Bad" quotes,${pans},1,INR,1`,
        `${own}-1,Again,${pans},1,INR,1`,
        `${own}-5, ,${pans},0,INR,1`,
        `${own}-7,Too few,${pans},1,INR,2`,
        `${own}-7,Dollars,${pans},1,USD,`,
        `${own}-8,Fine,${pans},1.001,INR,1`,
        `${own}-9,Good too,${pans},1,INR,1`,
      ),
    );
    expect(figures(done)).toEqual({ state: 'SUCCEEDED', created: 2, updated: 0, unchanged: 0, refused: 8 });
    expect(await errorsOf(done.id)).toEqual([
      [3, 'price', 'is required for a new product'],
      [4, 'category', expect.stringContaining('give the slug')],
      [5, '', expect.stringContaining('in quotes')],
      [6, 'sku', 'stands in row 2 already: give each product one row'],
      [7, 'name', 'must have at least one visible character'],
      [8, 'stock', 'must be at least 3: so many are reserved for orders'],
      [9, 'sku', 'stands in row 8 already: give each product one row'],
      [10, 'price', expect.stringContaining('smallest unit of INR')],
    ]);
    expect(await bySku(`${own}-7`)).toMatchObject({ name: 'Steel kettle', etag: '"1"' });

    const first = await shop.imports((client) => client.listImportErrors({ importId: done.id, pageSize: 5, pageToken: '' }));
    const second = await shop.imports((client) =>
      client.listImportErrors({ importId: done.id, pageSize: 5, pageToken: first.nextPageToken }),
    );
    expect([first.errors.length, second.errors.length, second.nextPageToken]).toEqual([5, 3, '']);
    const csv = await shop.imports((client) => client.downloadImportErrors({ importId: done.id }));
    expect(csv.contentType).toBe('text/csv; charset=utf-8');
    expect(csv.data.toString().split('\r\n').slice(0, 2)).toEqual(['row,field,message', '3,price,is required for a new product']);
  });

  it('knows a SKU again that stands far before, and changes a currency never', async () => {
    const rows = manyRows(own, pans, 230).trimEnd().split('\r\n');
    const done = await importFile(shop, [...rows, rows[5], `${rows[6]?.replace('INR', 'USD')}`].join('\n'));
    expect(figures(done)).toMatchObject({ created: 230, refused: 2 });
    expect(await errorsOf(done.id)).toEqual([[232, 'sku', expect.stringContaining('row 6')], [233, 'sku', expect.stringContaining('row 7')]]); // prettier-ignore
    const usd = await importFile(shop, file(`${own}-1,Pan,${pans},10.00,USD,`));
    expect(await errorsOf(usd.id)).toEqual([[2, 'currency', 'must be INR, or left out']]);
  });

  it('says once when it leaves few of a product', async () => {
    const product = await shop.product({ categoryId, sku: `${own}-1`, initialStock: 9n });
    await importFile(shop, `sku,stock\n${own}-1,2\n`);
    expect(await shop.events(product.id)).toEqual(['ProductCreated', 'StockChanged', 'StockChanged', 'StockLow']);
    expect(await bySku(`${own}-1`)).toMatchObject({ name: 'Steel kettle', etag: '"1"', available: 2n });
  });

  it('of JSON lines does the same', async () => {
    const lines = [
      { sku: `${own}-1`, name: 'Wok', category: pans, price: 12.5, currency: 'INR', stock: 2, image_urls: ['https://a.example/1'], attributes: { colour: 'red' } },
      { sku: `${own}-2`, name: 'Pot', category: pans, price: '3.00', currency: 'INR', active: false },
      { sku: `${own}-3`, 'pri\u0000ze': 3 },
    ]; // prettier-ignore
    const done = await importFile(shop, lines.map((line) => JSON.stringify(line)).join('\n'), ImportFormat.JSON_LINES);
    expect(figures(done)).toMatchObject({ created: 2, refused: 1 });
    expect(await errorsOf(done.id)).toEqual([[3, 'prize', expect.stringContaining('is no column')]]);
    expect(await bySku(`${own}-1`)).toMatchObject({
      price: { units: 12n, nanos: 500_000_000 },
      attributes: [{ key: 'colour', value: 'red' }],
    });
    expect(await bySku(`${own}-2`)).toMatchObject({ active: false, available: 0n });
  });

  it.each([
    ['of nothing', '\n', 'Row 1 names columns'],
    ['with an unknown column', 'sku,prise\nA,1\n', 'names columns that there are not: "prise"'],
  ])('of a file %s fails with what is wrong and changes nothing', async (_what, text, failure) => {
    const before = await counts();
    const done = await importFile(shop, text);
    expect([figures(done).state, done.failure]).toEqual(['FAILED', expect.stringContaining(failure)]);
    expect(await counts()).toEqual(before);
  });

  it('of 10,000 rows is done in batches, and again changes nothing', async () => {
    const rows = manyRows(own, pans, 10_000);
    const id = await queueFile(shop, rows);
    await shop.runImports({ batchRows: 500 });
    const done = await getImport(id);
    expect(figures(done)).toEqual({ state: 'SUCCEEDED', created: 10_000, updated: 0, unchanged: 0, refused: 0 });
    expect(done.rowsPerSecond).toBeGreaterThan(0);
    const [found] = await shop.rows(sql`select count(*)::integer as products, count(distinct sku)::integer as skus from products where sku like ${`${own}-%`}`);
    expect(found).toEqual({ products: 10_000, skus: 10_000 });
    const again = await queueFile(shop, rows);
    await shop.runImports({ batchRows: 500 });
    expect(figures(await getImport(again))).toMatchObject({ unchanged: 10_000 });
    expect(await shop.disagreements()).toEqual([]);
  }, 120_000); // prettier-ignore
});

describe('the file of an import', () => {
  const part = (text: string) => ({ contentType: 'text/csv', data: Buffer.from(text), extensions: [] });
  const begin = () => shop.imports((client) => client.importProducts({ format: ImportFormat.CSV, content: '', fileName: '' }));

  it('may come at once, with a key only once', async () => {
    const request = { format: ImportFormat.CSV, content: file(`${own}-1,Pan,${pans},1,INR,1`), fileName: ' a\nb.csv ' };
    const [userId, idempotencyKey] = [newId(), newId()];
    const twice = await Promise.all(
      [1, 2].map(() => shop.imports((client) => client.importProducts(request, { idempotencyKey }), { userId })),
    );
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0]).toMatchObject({ state: ImportState.QUEUED, fileName: 'a b.csv', createdBy: userId });
    await shop.runImports();
    expect(figures(await getImport(twice[0]?.id ?? ''))).toMatchObject({ created: 1 });
  });

  it('comes in parts, each where the last one ended, and goes on after a break', async () => {
    const { id } = await begin();
    const append = (offset: number, text: string) =>
      shop.imports((client) => client.appendImportContent({ id, offset: BigInt(offset), content: part(text) }));
    expect(await append(0, 'sku,na')).toMatchObject({ receivedBytes: 6n, state: ImportState.UPLOADING });
    expect(await metadataOf(append(0, 'sku,na'))).toMatchObject({ received_bytes: '6' });
    expect(await refusalOf(append(8, 'x'))).toBe('IMPORT_OFFSET');
    expect(await refusalOf(append(6, 'x'.repeat(1_048_577)))).toBe('INVALID_REQUEST');
    await append(6, 'me\n');
    expect(await refusalOf(shop.imports((client) => client.startImport({ id, totalBytes: 100n })))).toBe('IMPORT_OFFSET');
    await shop.imports((client) => client.startImport({ id, totalBytes: 9n }));
    expect(await refusalOf(append(9, 'x'))).toBe('IMPORT_STATE');
    await shop.runImports();
    expect(figures(await getImport(id))).toEqual({ state: 'SUCCEEDED', created: 0, updated: 0, unchanged: 0, refused: 0 });
    expect((await shop.imports((client) => client.startImport({ id, totalBytes: 0n }))).state).toBe(ImportState.SUCCEEDED);
  });

  it('in parts that end within a character, a quote and a line end is the same file', async () => {
    const id = await queueFile(shop, `sku,name,category,price,currency\r\n${own}-1,"é ""q""\r\n",${pans},1,INR\r\n`, ImportFormat.CSV, 1);
    await shop.runImports();
    expect(figures(await getImport(id))).toMatchObject({ created: 1 });
    expect(await bySku(`${own}-1`)).toMatchObject({ name: 'é "q"' });
  });

  it('may not be larger than one may be, nor all together', async () => {
    const { id } = await begin();
    const content = part('x'.repeat(900_000));
    const append = (offset: bigint) => shop.imports((client) => client.appendImportContent({ id, offset, content }));
    for (let offset = 0n; offset + 900_000n <= BigInt(MAX_FILE_BYTES); offset += 900_000n) await append(offset);
    expect(await refusalOf(append(7_200_000n))).toBe('IMPORT_TOO_LARGE');
    await shop.rows(sql`update product_imports set received_bytes = ${2 * MAX_FILE_BYTES} where id = ${id}`);
    const other = await begin();
    expect(await refusalOf(shop.imports((client) => client.appendImportContent({ id: other.id, offset: 0n, content })))).toBe('IMPORT_TOO_LARGE');
    await shop.rows(sql`update product_imports set received_bytes = 7200000 where id = ${id}`);
    for (const one of [id, other.id]) expect((await shop.imports((client) => client.cancelImport({ id: one }))).state).toBe(ImportState.CANCELLED);
  }); // prettier-ignore

  it('is for admins', async () => {
    for (const call of [
      () => shop.imports((client) => client.importProducts({ format: ImportFormat.CSV, content: 'sku', fileName: '' }), { role: 'CUSTOMER' }),
      () => shop.imports((client) => client.listImports({ pageSize: 0, pageToken: '' }), { role: 'CUSTOMER' }),
      () => shop.imports((client) => client.exportProducts({ format: ImportFormat.CSV, pageSize: 0, pageToken: '', withoutStock: false }), { role: 'CUSTOMER' }),
    ])
      expect(await refusalOf(call())).toBe('ROLE_NOT_ALLOWED');
  }); // prettier-ignore

  it('of an import that there is not is not found', async () => {
    const id = newId();
    for (const call of [
      () => getImport(id),
      () => shop.imports((client) => client.appendImportContent({ id, offset: 0n, content: part('x') })),
      () => shop.imports((client) => client.startImport({ id, totalBytes: 0n })),
      () => shop.imports((client) => client.cancelImport({ id })),
      () => shop.imports((client) => client.listImportErrors({ importId: id, pageSize: 0, pageToken: '' })),
      () => shop.imports((client) => client.downloadImportErrors({ importId: id })),
    ])
      expect(await refusalOf(call())).toBe('IMPORT_NOT_FOUND');
  });
});

describe('the job', () => {
  it('of two replicas does each of two imports of the same new products once', async () => {
    const ids = [await queueFile(shop, manyRows(own, pans, 900)), await queueFile(shop, manyRows(own, pans, 900))];
    await Promise.all([shop.runImports({ batchRows: 50 }), shop.runImports({ batchRows: 50 })]);
    const [a, b] = await Promise.all(ids.map(getImport)) as [Import, Import]; // prettier-ignore
    expect([figures(a).state, figures(b).state]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect([Number(a.created) + Number(b.created), Number(a.unchanged) + Number(b.unchanged), Number(a.refused) + Number(b.refused)]).toEqual([900, 900, 0]);
    const [found] = await shop.rows(sql`select count(*)::integer as products from products where sku like ${`${own}-%`}`);
    expect(found).toEqual({ products: 900 });
    expect(await shop.disagreements()).toEqual([]);
  }, 60_000); // prettier-ignore

  it('takes over from a replica that has gone silent, not before its lease is over, where it was', async () => {
    const id = await queueFile(shop, manyRows(own, pans, 300));
    const aborted = new AbortController();
    // One batch, then the replica is being stopped.
    await shop.runImports({ batchRows: 100, signal: aborted.signal, clock: () => (aborted.abort(), new Date()) });
    expect(await getImport(id)).toMatchObject({ state: ImportState.RUNNING, rowsRead: 100n });
    await claimImport(shop.database.sql, 60_000);
    await shop.runImports();
    expect(await getImport(id)).toMatchObject({ state: ImportState.RUNNING, rowsRead: 100n });
    await shop.rows(sql`update product_imports set lease_until = now() where id = ${id}`);
    await shop.runImports();
    expect(figures(await getImport(id))).toEqual({ state: 'SUCCEEDED', created: 300, updated: 0, unchanged: 0, refused: 0 });
  });

  it('writes nothing any more once another replica has the claim, or the import is cancelled', async () => {
    const id = await queueFile(shop, manyRows(own, pans, 200));
    // The claim changes between claiming and the first batch.
    const claimed = await claimImport(shop.database.sql, 60_000);
    await shop.rows(sql`update product_imports set claim = claim + 1 where id = ${id}`);
    expect(claimed?.import.id).toBe(id);
    await shop.workOff(claimed);
    expect(await getImport(id)).toMatchObject({ state: ImportState.RUNNING, rowsRead: 0n });
    await shop.imports((client) => client.cancelImport({ id }));
    await shop.runImports();
    expect(figures(await getImport(id))).toEqual({ state: 'CANCELLED', created: 0, updated: 0, unchanged: 0, refused: 0 });
  });

  it('blames an import neither for a shutdown nor for a database that is busy', async () => {
    const id = await queueFile(shop, manyRows(own, pans, 200));
    const triesOf = () => shop.rows(sql<{ tries: number }>`select tries from product_imports where id = ${id}`);
    const stopping = AbortSignal.abort();
    await shop.workOff(await claimImport(shop.database.sql, 60_000), stopping);
    expect(await triesOf()).toEqual([{ tries: 1 }]);
    await shop.rows(sql`update product_imports set lease_until = now() where id = ${id}`);
    const busy = () => {
      throw failure('DEADLINE_EXCEEDED', 'The database did not answer in time.');
    };
    await expect(shop.runImports({ clock: busy })).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(await triesOf()).toEqual([{ tries: 1 }]);
    const bug = () => {
      throw new Error('bug');
    };
    await expect(shop.runImports({ clock: bug })).rejects.toThrow('bug');
    expect(await triesOf()).toEqual([{ tries: 2 }]);
    await shop.runImports();
    expect(figures(await getImport(id))).toMatchObject({ state: 'SUCCEEDED', created: 200 });
  });

  it('gives up what ends it again and again', async () => {
    const id = await queueFile(shop, manyRows(own, pans, 3));
    await shop.rows(sql`update product_imports set tries = 5 where id = ${id}`);
    await shop.runImports();
    expect(await getImport(id)).toMatchObject({ state: ImportState.FAILED, failure: expect.stringContaining('could not be worked off') });
  });

  it('is watched: from where it is to its end', async () => {
    const id = await queueFile(shop, manyRows(own, pans, 300));
    const watcher = watchImportAs(newId(), shop.importTarget, id);
    await watcher.first;
    await shop.runImports({ batchRows: 100 });
    expect(await watcher.ended).toBeUndefined();
    expect(watcher.seen[0]).toMatchObject({ state: ImportState.QUEUED, rowsRead: 0n });
    expect(figures(watcher.seen.at(-1) as Import)).toMatchObject({ state: 'SUCCEEDED', created: 300 });
    expect(watcher.seen.length).toBeGreaterThan(2);
  });

  it('leaves nothing behind', async () => {
    const id = await queueFile(shop, manyRows(own, pans, 10));
    const waiting = await shop.imports((client) => client.importProducts({ format: ImportFormat.CSV, content: '', fileName: '' }));
    await shop.runImports();
    await shop.tidyUpImports();
    const left = (table: 'import_content' | 'import_skus') => shop.rows(sql`select 1 from ${sql.table(table)} where import_id = ${id}`);
    expect([await left('import_content'), await left('import_skus')]).toEqual([[], []]);
    expect(await getImport(waiting.id)).toMatchObject({ state: ImportState.UPLOADING });
    await shop.rows(sql`update product_imports set touched_at = touched_at - interval '2 hours', ended_at = ended_at - interval '2 hours' where id in (${id}, ${waiting.id})`);
    await shop.tidyUpImports();
    expect(await getImport(waiting.id)).toMatchObject({ state: ImportState.CANCELLED });
    expect(await refusalOf(getImport(id))).toBe('IMPORT_NOT_FOUND');
  }); // prettier-ignore
});

describe('an export', () => {
  it.each([ImportFormat.CSV, ImportFormat.JSON_LINES])('is imported again without a change (format %i)', async (format) => {
    await shop.product({ categoryId, sku: `${own}-1`, name: '=Formula', description: 'Two\r\nlines, "quoted"', imageUrls: ['https://a.example/1?x=1,2'] });
    await shop.product({ categoryId, sku: `${own}-2`, name: "'=escaped", brand: '@brand', attributes: [{ key: 'size', value: '+5' }] });
    const gone = await shop.product({ categoryId, sku: `${own}-3` });
    await shop.as('edge', { role: 'ADMIN' }, (client) => client.deleteProduct({ id: gone.id, etag: '' }));
    await shop.imports(async (client) => client.importProducts({ format: ImportFormat.CSV, content: `sku,active\n${own}-2,false\n`, fileName: '' }));
    await shop.runImports();

    const text = await exportAll(shop, format);
    expect(text).toContain(`${own}-2`);
    expect(text).not.toContain(`${own}-3`);
    const before = await counts();
    const done = await importFile(shop, text, format);
    const [live] = await shop.rows(sql<{ count: number }>`select count(*)::integer as count from products where deleted_at is null`);
    expect(figures(done)).toEqual({ state: 'SUCCEEDED', created: 0, updated: 0, unchanged: live?.count, refused: 0 });
    expect(await counts()).toEqual(before);
  }, 120_000); // prettier-ignore

  it('comes in parts that are one file, with or without stock', async () => {
    const whole = await exportAll(shop, ImportFormat.CSV, { pageSize: 500 });
    expect(await exportAll(shop, ImportFormat.CSV, { pageSize: 499 })).toBe(whole);
    const without = await exportAll(shop, ImportFormat.CSV, { withoutStock: true });
    expect(without.split('\r\n')[0]).toBe('sku,name,description,brand,category,price,currency,image_urls,active,attributes');
    const part = await shop.imports((client) => client.exportProducts({ format: ImportFormat.CSV, pageSize: 1, pageToken: '', withoutStock: false }));
    expect(part.products).toBe(1);
    const other = { format: ImportFormat.JSON_LINES, pageSize: 1, pageToken: part.nextPageToken, withoutStock: false };
    expect(await refusalOf(shop.imports((client) => client.exportProducts(other)))).toBe('INVALID_PAGE_TOKEN');
  }, 60_000); // prettier-ignore

  it('reads a part by the primary key, whatever lies before', async () => {
    await shop.rows(sql`analyze`);
    const rows = await shop.rows(sql<{ 'QUERY PLAN': string }>`explain ${exportQuery('0192f0c1-2345-7abc-8def-0123456789ab', 501)}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('products_pkey');
    expect(plan).not.toContain('Sort');
  });
});
