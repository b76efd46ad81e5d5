import { rename, rm } from 'node:fs/promises';

/** How often a swap is tried when another generation swaps at the same moment. */
const attempts = 5;

/**
 * Puts the folder `fresh` in the place of `target`, both on one file system. Readers see the old folder or the new one, whole; between the
 * two renames (microseconds) they may see none.
 */
export async function replaceFolder(target: string, fresh: string): Promise<void> {
  const old = `${fresh}.old`;
  for (let attempt = 1; ; attempt++) {
    await rename(target, old).catch(ignore('ENOENT'));
    try {
      await rename(fresh, target);
      break;
    } catch (error) {
      if (attempt === attempts || !hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    } finally {
      await rm(old, { recursive: true, force: true });
    }
  }
}

const ignore = (code: string) => (error: unknown) => {
  if (!hasCode(error, code)) throw error;
};

function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
