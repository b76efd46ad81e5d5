import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionError, ShopError, type ShopServices } from '@shopverse/client/shop';
import { StackError } from '../stack-error.ts';

/** Bytes of one part: the edge takes no body of more than a megabyte. */
const PART_BYTES = 900_000;
/** Tries of one part. */
const MOST_TRIES = 8;
/** Wait before the second try of a part, in milliseconds; twice as long before each further one. */
const FIRST_WAIT_MS = 250;

/** What an upload needs. */
export interface Upload {
  readonly shop: { readonly import: Pick<ShopServices['import'], 'getImport' | 'appendImportContent'> };
  readonly id: string;
  readonly file: string;
  /** Aborts when the user has had enough. */
  readonly signal: AbortSignal;
  /** Called after each part. */
  readonly onPart: (sent: number, total: number) => void;
}

/**
 * Sends a file to an import, from where the import has it, part by part; answers its size. A part whose answer was lost is not sent twice: the import says how far it is.
 *
 * @throws StackError when the file is not there, or is not the one of which the import has the beginning
 */
export async function upload({ shop, id, file, signal, onPart }: Upload): Promise<number> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new StackError(`${file} can't be read: ${(cause as Error).message}`, { cause });
  });
  try {
    const { size } = await handle.stat();
    let sent = await receivedBytes(shop, id, signal);
    if (sent > size) throw new StackError(`The import has ${sent} bytes already, and ${file} has only ${size}: it is another file.`);
    for (let tries = 1; sent < size;) {
      signal.throwIfAborted();
      const part = await readPart(handle, sent);
      if (part.byteLength === 0) throw new StackError(`${file} has become shorter while it was sent.`);
      try {
        const { receivedBytes: now } = await shop.import.appendImportContent({ id, offset: sent, content: part }, { signal });
        [sent, tries] = [Number(now), 1];
        onPart(sent, size);
      } catch (error) {
        if (!mayGoOn(error) || tries === MOST_TRIES) throw error;
        const retryMs = error instanceof ShopError ? error.retryAfterMs : undefined;
        await delay(retryMs ?? FIRST_WAIT_MS * 2 ** (tries - 1), undefined, { signal });
        tries += 1;
        sent = await receivedBytes(shop, id, signal);
      }
    }
    return size;
  } finally {
    await handle.close();
  }
}

async function receivedBytes(shop: Upload['shop'], id: string, signal: AbortSignal): Promise<number> {
  return Number((await shop.import.getImport({ id }, { signal })).receivedBytes);
}

async function readPart(handle: FileHandle, from: number): Promise<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(PART_BYTES);
  const { bytesRead } = await handle.read(part, 0, PART_BYTES, from);
  return part.subarray(0, bytesRead);
}

/** No answer came, the part is there already, or the shop is busy: it says so and can be asked again. */
function mayGoOn(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ShopError && (error.is('IMPORT_OFFSET') || error.is('RATE_LIMITED') || error.status >= 500);
}
