import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { admin, edge, newCustomer } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';

interface Done {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly errors: readonly { readonly row: number; readonly field: string }[];
}

let folder: string;
let slug: string;
/** Begins the SKUs of this run. */
const own = `E2E${Date.now().toString(36).toUpperCase()}`;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  const { categories } = (await edge('/v1/categories')).json as { categories: { slug: string }[] };
  slug = categories.at(-1)?.slug ?? '';
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const head = 'sku,name,category,price,currency,stock,attributes';
const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => `${own}-${n},"=Pan, ${n} cm",${slug},${n + 1}.50,INR,3,"{""size"":""${n}""}"`);

async function written(name: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `\ufeff${lines.join('\r\n')}\r\n`);
  return file;
}

describe('npx shopverse import', () => {
  it('puts a file into the shop through the edge, says what it refused, and changes nothing the second time', async () => {
    // More than the edge takes at once.
    const filler = Array.from({ length: 30_000 }, (_, n) => `bad sku ${n} ${'x'.repeat(30)},,,,,,`);
    const file = await written('big.csv', [head, ...rows(1_500), ...filler]);
    const errors = join(folder, 'errors.csv');
    const first = await shopverseJson<Done>(['import', file, '--errors', errors]);
    expect(first).toMatchObject({ code: 1, state: 'SUCCEEDED', rows: 31_500, created: 1_500, updated: 0, unchanged: 0, refused: 30_000 });
    expect(first.errors[0]).toMatchObject({ row: 1_502, field: 'sku' });
    const lines = (await readFile(errors, 'utf8')).split('\r\n');
    expect([lines[0], lines[1]?.startsWith('1502,sku,"must be 3 to 40'), lines.length]).toEqual(['row,field,message', true, 20_002]);

    const { json } = await edge(`/v1/products?query=${encodeURIComponent('=Pan 7 cm')}`);
    const { products } = json as { products: { sku: string; attributes: unknown; etag: string }[] };
    expect(products.find(({ sku }) => sku === `${own}-7`)).toMatchObject({ attributes: [{ key: 'size', value: '7' }], etag: '"1"' });

    const again = await shopverseJson<Done>(['import', await written('small.csv', [head, ...rows(1_500)])]);
    expect(again).toMatchObject({ code: 0, state: 'SUCCEEDED', created: 0, updated: 0, unchanged: 1_500, refused: 0 });

    // The admins hear of the import, not of each of its products.
    const { token } = await admin();
    const news = await eventually('the notice of the import', async () => {
      const { notifications } = (await edge('/v1/users/me/notifications?pageSize=100', { token })).json as {
        notifications: { kind: string; title: string; body: string; subjectId: string }[];
      };
      return notifications.some(({ subjectId }) => subjectId === first.id) ? notifications : undefined;
    });
    expect(news.filter(({ subjectId }) => subjectId === first.id)).toMatchObject([
      {
        kind: 'NOTIFICATION_KIND_PRODUCTS_IMPORTED',
        title: 'The import of big.csv has ended',
        body: '1500 added, 0 changed, 0 as they were, 30000 refused.',
      },
    ]);
    expect(news.filter(({ title }) => title.includes(own))).toEqual([]);

    const told = await shopverse(['import', '--resume', again.id]);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/100 % .*1,500 rows.*\nThe import has succeeded\n/) });
  }, 180_000);

  it('says what it needs', async () => {
    expect(await shopverse(['import'])).toMatchObject({ code: 1, output: expect.stringContaining('Name a file') });
    expect(await shopverse(['import', join(folder, 'products.xlsx')])).toMatchObject({ code: 1, output: expect.stringContaining('--format') });
    expect(await shopverse(['import', join(folder, 'none.csv')])).toMatchObject({ code: 1, output: expect.stringContaining('none.csv') });
  }, 60_000); // prettier-ignore
});

describe('npx shopverse export', () => {
  it.each(['csv', 'jsonl'])('writes the catalogue as %s, and importing that changes nothing', async (format) => {
    const file = join(folder, `all.${format}`);
    const all = await shopverseJson<{ products: number }>(['export', file, '--no-stock']);
    expect(all).toMatchObject({ code: 0, products: expect.any(Number) });
    expect(await readFile(file, 'utf8')).toContain(`${own}-7`);
    const done = await shopverseJson<Done>(['import', file]);
    expect(done).toMatchObject({ code: 0, state: 'SUCCEEDED', created: 0, updated: 0, unchanged: all.products, refused: 0, errors: [] });
  }, 120_000); // prettier-ignore
});

describe('imports over REST', () => {
  it('are watched as JSON lines, and their errors downloaded', async () => {
    const { token } = await admin();
    const content = `${head}\n${own}-0,,,,,,\n,no sku,,,,,\n`;
    const body = { format: 'IMPORT_FORMAT_CSV', content };
    const begun = await edge('/v1/imports', { method: 'POST', token, body });
    expect([begun.status, begun.json]).toEqual([200, expect.objectContaining({ state: 'IMPORT_STATE_QUEUED' })]);
    const { id } = begun.json as { id: string };
    const watched = await edge(`/v1/imports/${id}:watch`, { token });
    const last = JSON.parse(watched.text.trim().split('\n').at(-1) ?? '') as object;
    expect(last).toMatchObject({ id, state: 'IMPORT_STATE_SUCCEEDED', rowsRead: '2', unchanged: '0', updated: '1', refused: '1' });
    const errors = await edge(`/v1/imports/${id}/errors:download`, { token });
    expect([errors.headers.get('content-type'), errors.text]).toEqual(['text/csv; charset=utf-8', 'row,field,message\r\n3,sku,is required\r\n']);
    const listed = await edge('/v1/imports?pageSize=1', { token });
    expect(listed.json).toMatchObject({ imports: [{ id }], nextPageToken: expect.any(String) });
  }); // prettier-ignore

  it('are for admins', async () => {
    const { token } = await newCustomer();
    expect((await edge('/v1/imports', { method: 'POST', token, body: { format: 'IMPORT_FORMAT_CSV' } })).status).toBe(403);
    expect((await edge('/v1/products:export?format=IMPORT_FORMAT_CSV', { token })).status).toBe(403);
    expect((await edge('/v1/imports')).status).toBe(401);
  });
});
