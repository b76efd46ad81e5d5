import { ImportFormat, ImportState, type Import } from '@shopverse/contracts/shopverse/product/v1/import';
import type { ProductScene } from './product-scene.ts';

const HEAD = 'sku,name,description,brand,category,price,currency,stock,image_urls,active,attributes';

/** A CSV file of so many products of a category, with SKUs from PREFIX-1 on. */
export function manyRows(prefix: string, category: string, count: number, price = '10.00'): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    return `${prefix}-${n},"Pan, ${n} cm",Heats evenly,Kavira,${category},${price},INR,${n % 7},https://images.example/${n}.jpg,true,"{""size"":""${n}""}"`;
  });
  return `${HEAD}\r\n${rows.join('\r\n')}\r\n`;
}

/** Begins an import of a file as an admin, in parts as a client does, and queues it; answers its id. */
export async function queueFile(
  shop: ProductScene,
  file: string,
  format: ImportFormat = ImportFormat.CSV,
  partBytes = 500_000,
): Promise<string> {
  const bytes = Buffer.from(file);
  return shop.imports(async (client) => {
    const { id } = await client.importProducts({ format, content: '', fileName: 'products.csv' });
    for (let at = 0; at < bytes.length; at += partBytes) {
      const content = { contentType: 'text/csv', data: bytes.subarray(at, at + partBytes), extensions: [] };
      await client.appendImportContent({ id, offset: BigInt(at), content });
    }
    await client.startImport({ id, totalBytes: BigInt(bytes.length) });
    return id;
  });
}

/** Imports a file by one run of the job, and answers what became of it. */
export async function importFile(shop: ProductScene, file: string, format: ImportFormat = ImportFormat.CSV): Promise<Import> {
  const id = await queueFile(shop, file, format);
  await shop.runImports();
  return shop.imports((client) => client.getImport({ id }));
}

/** The figures of an import, for short. */
export function figures({ state, created, updated, unchanged, refused }: Import) {
  const [name] = Object.entries(ImportState).find(([, number]) => number === state) ?? [];
  return { state: name, created: Number(created), updated: Number(updated), unchanged: Number(unchanged), refused: Number(refused) };
}

/** The whole catalogue as a file. */
export async function exportAll(shop: ProductScene, format: ImportFormat, { pageSize = 0, withoutStock = false } = {}): Promise<string> {
  return shop.imports(async (client) => {
    const parts: string[] = [];
    for (let pageToken = ''; ;) {
      const part = await client.exportProducts({ format, pageSize, pageToken, withoutStock });
      parts.push(part.content);
      pageToken = part.nextPageToken;
      if (pageToken === '') return parts.join('');
    }
  });
}
