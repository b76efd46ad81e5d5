import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShopServices } from '@shopverse/client/shop';
import { newId } from '@shopverse/mesh/ids';
import { Client } from 'pg';

/** What is measured. */
export interface ImportAgainstCopy {
  /** New products a second, from the file being whole to the end of the job. */
  readonly importPerSecond: number;
  /** The same file again: nothing is different. */
  readonly unchangedPerSecond: number;
  /** Rows a second of COPY into a table like that of the products, with its generated column, checks and indexes. */
  readonly copyPerSecond: number;
}

/** Bytes of one part of the file. */
const PART_BYTES = 900_000;

/**
 * Imports so many new products through the edge, then copies the very same rows by COPY, from a file on the server, into an equal table. The products stay.
 *
 * @param shop as an admin
 * @param superuser URL of the product database for PostgreSQL's superuser, which may read and write files of the server
 */
export async function importAgainstCopy(shop: ShopServices, superuser: string, rows: number): Promise<ImportAgainstCopy> {
  const { categories } = await shop.product.listCategories();
  const prefix = `B${newId().slice(-12).toUpperCase()}`;
  const file = Buffer.from(fileOf(prefix, rows, categories.at(-1)?.slug ?? ''));
  const importPerSecond = rows / (await imported(shop, file, { created: rows }));
  const unchangedPerSecond = rows / (await imported(shop, file, { unchanged: rows }));
  return { importPerSecond, unchangedPerSecond, copyPerSecond: rows / (await copied(superuser, `${prefix}-%`, rows)) };
}

/** Seconds from the file being whole to the end of the job. */
async function imported(shop: ShopServices, file: Buffer<ArrayBuffer>, expected: Readonly<Record<string, number>>): Promise<number> {
  const { id } = await shop.import.importProducts({ format: 'IMPORT_FORMAT_CSV' });
  for (let offset = 0; offset < file.length; offset += PART_BYTES) {
    const content = new Uint8Array(file.subarray(offset, offset + PART_BYTES));
    await shop.import.appendImportContent({ id, offset, content });
  }
  const begun = performance.now();
  await shop.import.startImport({ id, totalBytes: file.length });
  for await (const now of shop.import.watchImport({ id })) {
    if (now.endedAt === undefined) continue;
    const seconds = (performance.now() - begun) / 1000;
    const wrong = Object.entries(expected).find(([name, count]) => Number(now[name as 'created']) !== count);
    if (wrong !== undefined) throw new Error(`The import ended otherwise than it should: ${JSON.stringify(now)}`);
    return seconds;
  }
  throw new Error('The import did not end while it was watched.');
}

/** Seconds of COPY FROM. */
async function copied(superuser: string, skus: string, expected: number): Promise<number> {
  const client = new Client({ connectionString: superuser });
  const path = join(tmpdir(), `products-${newId()}.copy`);
  const columns =
    'id, sku, name, description, brand, category_id, category_names, price_minor, currency, image_urls, attributes, active, version, created_at, updated_at';
  await client.connect();
  try {
    await client.query('create schema if not exists bench');
    await client.query('drop table if exists bench.products_copy');
    await client.query('create table bench.products_copy (like products including all)');
    await client.query(
      `copy (select ${columns} from products where sku like ${client.escapeLiteral(skus)}) to ${client.escapeLiteral(path)}`,
    );
    await client.query('checkpoint');
    const begun = performance.now();
    const { rowCount } = await client.query(`copy bench.products_copy (${columns}) from ${client.escapeLiteral(path)}`);
    const seconds = (performance.now() - begun) / 1000;
    if (rowCount !== expected) throw new Error(`COPY copied ${rowCount} rows and not ${expected}.`);
    return seconds;
  } finally {
    await client.query('drop table if exists bench.products_copy');
    await client.end();
    await rm(path, { force: true });
  }
}

function fileOf(prefix: string, rows: number, category: string): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    const [size, colour] = [20 + (n % 13), ['red', 'blue', 'black', 'steel'][n % 4]];
    return `${prefix}-${n},"Frying pan ${n}, ${size} cm","Heats evenly, goes into the dishwasher, and lasts.",Brand ${n % 40},${category},${100 + (n % 5000)}.50,INR,${n % 90},https://images.example/${n}/1.jpg|https://images.example/${n}/2.jpg,true,"{""colour"":""${colour}""}"`;
  });
  return `sku,name,description,brand,category,price,currency,stock,image_urls,active,attributes\n${lines.join('\n')}\n`;
}
