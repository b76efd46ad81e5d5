import { lstat, mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file's content and, for secrets, its mode. */
export interface SwappedFile {
  readonly content: string;
  /** @default 0o644 */
  readonly mode?: number;
}

/**
 * Replaces several files of a folder at one moment, as Kubernetes does with mounted secrets: the files are links into `..data`, which is a link to a
 * folder of this version, and that one link is renamed over. Who reads sees all of the old or all of the new.
 */
export async function swapFiles(folder: string, files: Readonly<Record<string, SwappedFile>>): Promise<void> {
  const version = `..${new Date().toISOString().replace(/[:.]/g, '_')}_${process.pid}`;
  await mkdir(join(folder, version), { recursive: true });
  for (const [name, { content, mode = 0o644 }] of Object.entries(files)) await writeFile(join(folder, version, name), content, { mode });
  const data = join(folder, '..data');
  const previous = await readlink(data).catch(() => undefined);
  const next = join(folder, `${version}.link`);
  await symlink(version, next);
  await rename(next, data);
  for (const name of Object.keys(files)) {
    const link = join(folder, name);
    const there = await lstat(link).catch(() => undefined);
    if (there === undefined) await symlink(join('..data', name), link);
  }
  if (previous !== undefined) await rm(join(folder, previous), { recursive: true, force: true });
}
