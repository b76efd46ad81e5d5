import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ShopServices } from '@shopverse/client/shop';
import { adminShop } from '../catalogue/admin-shop.ts';
import { formatOf, type FileFormat } from '../catalogue/file-format.ts';
import { asStackError } from '../catalogue/shop-trouble.ts';
import { createStack } from '../stack.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse export`. */
export interface ExportOptions {
  readonly format?: string;
  readonly stock: boolean;
  readonly json?: boolean;
}

/** `shopverse export [file]`: writes the whole catalogue as `shopverse import` takes it, to a file, which is there only when it is whole, or to stdout. */
export async function exportFile(file: string | undefined, { format, stock, json = false }: ExportOptions): Promise<void> {
  if (json && file === undefined) throw new StackError('--json takes a file: stdout is where the catalogue goes without one.');
  const kind = formatOf(format, file);
  const shop = await adminShop(await createStack());
  let products = 0;
  const parts = async function* (): AsyncGenerator<string> {
    for await (const part of exported(shop, kind, !stock)) {
      products += part.products;
      yield part.content;
    }
  };
  if (file === undefined) return pipeline(Readable.from(parts()), process.stdout, { end: false }).catch(asStackError);
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(parts()), createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    asStackError(error);
  }
  process.stdout.write(json ? `${JSON.stringify({ file, products })}\n` : `${products.toLocaleString('en')} products are in ${file}.\n`);
}

/** The parts of the catalogue, one at a time: it takes the same memory whatever its size. */
async function* exported(shop: ShopServices, format: FileFormat, withoutStock: boolean) {
  for (let pageToken = ''; ;) {
    const part = await shop.import.exportProducts({ format, withoutStock, pageToken });
    yield part;
    pageToken = part.nextPageToken;
    if (pageToken === '') return;
  }
}
