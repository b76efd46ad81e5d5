import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const version = /^v(\d+)\.(\d+)\.(\d+)$/;

export const isVersion = (text: string): boolean => version.test(text);

/** The file of the newest release in a folder of files named v<major>.<minor>.<patch>.binpb; undefined when there is none. */
export async function lastRelease(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const versions = names.map((name) => name.replace(/\.binpb$/, '')).filter(isVersion);
  const last = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return last === undefined ? undefined : join(folder, `${last}.binpb`);
}
