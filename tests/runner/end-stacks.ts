import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endStackOf } from '@shopverse/local/supervisor/run-record';

/** Ends the servers of every stack whose home is in `folder`: those of tests that were killed before they could. */
export async function endStacksIn(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await endStackOf(join(folder, entry.name, 'run'));
  }
}
