import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where the files that Envoy reads lie, as absolute paths. */
export interface Files {
  /** The one to start Envoy with (--config-path). */
  readonly bootstrap: string;
  readonly descriptors: string;
  readonly certificate: string;
  readonly authorities: string;
  /** Of EDGE_TLS. */
  readonly publicCertificate: string;
  /** Folder of the API reference. */
  readonly reference: string;
}

/** The files of a folder. */
export function filesIn(folder: string): Files {
  const at = (name: string): string => join(resolve(folder), name);
  return {
    bootstrap: at('envoy.json'),
    descriptors: at('descriptors.binpb'),
    certificate: at('certificate.json'),
    authorities: at('authorities.json'),
    publicCertificate: at('public-certificate.json'),
    reference: at('reference'),
  };
}

/** Writes each file whole or not at all, in the order given; makes folders that are not there. */
export async function writeFiles(contents: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  for (const [file, content] of contents) {
    await mkdir(dirname(file), { recursive: true });
    const fresh = `${file}.${randomUUID()}`;
    try {
      await writeFile(fresh, content);
      await rename(fresh, file);
    } finally {
      await rm(fresh, { force: true });
    }
  }
}
