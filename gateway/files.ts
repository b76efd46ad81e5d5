import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where the files that Envoy reads lie, as absolute paths. */
export interface Files {
  /** The one to start Envoy with (--config-path). */
  readonly bootstrap: string;
  readonly descriptors: string;
  readonly certificate: string;
  readonly authorities: string;
}

/** The files of a folder. */
export function filesIn(folder: string): Files {
  const at = (name: string): string => join(resolve(folder), name);
  return {
    bootstrap: at('envoy.json'),
    descriptors: at('descriptors.binpb'),
    certificate: at('certificate.json'),
    authorities: at('authorities.json'),
  };
}

/** Writes each file whole or not at all, in the order given; makes the folder when there is none. */
export async function writeFiles(folder: string, contents: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [file, content] of contents) {
    const fresh = `${file}.${randomUUID()}`;
    try {
      await writeFile(fresh, content);
      await rename(fresh, file);
    } finally {
      await rm(fresh, { force: true });
    }
  }
}
