import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import } from '@shopverse/client/gen/product';
import { ConnectionError, ShopError } from '@shopverse/client/shop';
import { upload, type Upload } from './upload.ts';

const SIZE = 2_000_000;
let folder: string;
let file: string;
const bytes = Buffer.alloc(SIZE, 'row,of,a,file\n');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upload-'));
  file = join(folder, 'products.csv');
  await writeFile(file, bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An import that keeps what it gets, and loses its answer to the parts named. */
function anImport({ lost = [], refused }: { readonly lost?: readonly number[]; readonly refused?: ShopError } = {}) {
  let kept = Buffer.alloc(0);
  let parts = 0;
  const now = () => ({ receivedBytes: String(kept.length) }) as Import;
  const shop: Upload['shop'] = {
    import: {
      getImport: () => Promise.resolve(now()),
      appendImportContent: ({ offset, content }) => {
        parts += 1;
        if (refused !== undefined) return Promise.reject(refused);
        if (Number(offset) !== kept.length) return Promise.reject(new Error(`a part at ${String(offset)}, and not at ${kept.length}`));
        kept = Buffer.concat([kept, content as Uint8Array]);
        return lost.includes(parts) ? Promise.reject(new ConnectionError('lost')) : Promise.resolve(now());
      },
    },
  };
  return { shop, kept: () => kept, parts: () => parts };
}
const sent = (one: { readonly shop: Upload['shop'] }, told: number[] = []) =>
  upload({ shop: one.shop, id: 'id', file, signal: new AbortController().signal, onPart: (share) => void told.push(share) });

describe('an upload', () => {
  it('sends the file in parts, and says how far it is', async () => {
    const one = anImport();
    const told: number[] = [];
    expect(await sent(one, told)).toBe(SIZE);
    expect(one.kept().equals(bytes)).toBe(true);
    expect(told).toEqual([900_000, 1_800_000, SIZE]);
  });

  it('sends no part twice whose answer was lost', async () => {
    const one = anImport({ lost: [1, 2] });
    await sent(one);
    expect([one.kept().equals(bytes), one.parts()]).toEqual([true, 3]);
  });

  it('goes on where another one has come', async () => {
    const one = anImport();
    await one.shop.import.appendImportContent({ id: 'id', offset: 0, content: new Uint8Array(bytes.subarray(0, 1_234_567)) });
    await sent(one);
    expect([one.kept().equals(bytes), one.parts()]).toEqual([true, 2]);
  });

  it('is not tried again when the import does not take it', async () => {
    const error = { code: 9, message: 'too large', details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'IMPORT_TOO_LARGE' }] };
    const one = anImport({ refused: new ShopError(400, new Headers(), error) });
    await expect(sent(one)).rejects.toMatchObject({ reason: 'IMPORT_TOO_LARGE' });
    expect(one.parts()).toBe(1);
  }); // prettier-ignore

  it('is of the file of which the import has the beginning, or of none', async () => {
    const one = anImport();
    await one.shop.import.appendImportContent({ id: 'id', offset: 0, content: new Uint8Array(SIZE + 1) });
    await expect(sent(one)).rejects.toThrow('it is another file');
    const missing = join(folder, 'none.csv');
    await expect(upload({ shop: one.shop, id: 'id', file: missing, signal: new AbortController().signal, onPart: () => undefined })).rejects.toThrow("can't be read");
  }); // prettier-ignore

  it('ends when its user has had enough', async () => {
    const stop = new AbortController();
    const one = anImport();
    const running = upload({ shop: one.shop, id: 'id', file, signal: stop.signal, onPart: () => stop.abort() });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(one.parts()).toBe(1);
  });
});
