import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Until when the certificate in `folder` is good; undefined when it can't be read just now. */
export async function certificateExpiry(folder: string): Promise<Date | undefined> {
  try {
    return new X509Certificate(await readFile(join(folder, 'tls.crt'))).validToDate;
  } catch {
    return undefined;
  }
}
