import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '@shopverse/mesh/backoff';
import { plain, StackError } from '../stack-error.ts';

/** Hears how an installation goes, one short line at a time. */
export type Progress = (line: string) => void;

/** Longest wait for somebody else's installation of the same tool, in milliseconds. */
const PATIENCE_MS = 30 * 60_000;

/**
 * Puts a tool into `<tools>/<name>`, once: `make` fills a folder beside it, which is renamed when it is whole, so that what is there is whole. When another
 * process is at it, its result is waited for.
 *
 * @param name with the version: `kafka-4.4.0`
 * @returns the tool's folder
 */
export async function install(
  tools: string,
  name: string,
  progress: Progress,
  make: (folder: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  const target = join(tools, name);
  if (existsSync(target)) return target;
  try {
    await mkdir(tools, { recursive: true });
    const release = await lock(`${target}.lock`, progress, signal);
    try {
      if (existsSync(target)) return target;
      const folder = await mkdtemp(`${target}.new-`);
      try {
        await make(folder);
        await rename(folder, target);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
      return target;
    } finally {
      await release();
    }
  } catch (error) {
    throw plain(error, tools);
  }
}

/** Takes a lock file that holds its owner's pid; a lock whose owner is gone is taken over. */
async function lock(file: string, progress: Progress, signal?: AbortSignal): Promise<() => Promise<void>> {
  const end = performance.now() + PATIENCE_MS;
  for (let told = false; performance.now() < end; told = true) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && !alive(owner)) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) progress(`waiting for process ${owner}, which installs it`);
    if (!(await sleep(500, signal))) break;
  }
  throw new StackError(`Another process has been installing ${file.replace(/\.lock$/, '')} for too long: end it, or remove ${file}.`);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
