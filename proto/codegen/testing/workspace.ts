import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildDescriptors, generateMessages } from '../buf.ts';
import { readContracts } from '../contracts.ts';
import type { Contracts } from '../contracts.ts';

const repository = join(import.meta.dirname, '../../..');
const shared = ['buf.yaml', 'proto/buf', 'proto/google', 'proto/shopverse/access', 'proto/shopverse/errors', 'proto/shopverse/events'];

/**
 * Runs `use` on a folder that is like the repository, with the shop's options but other contracts: their text by their path below
 * proto/shopverse. The folder is removed afterwards.
 */
export async function inWorkspace<Result>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-contracts-'));
  try {
    await Promise.all(shared.map((path) => cp(join(repository, path), join(folder, path), { recursive: true })));
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, 'proto/shopverse', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compiles such contracts, comments included. Throws GenerationError when buf refuses them. */
export const compile = (files: Readonly<Record<string, string>>): Promise<Contracts> =>
  inWorkspace(files, async (folder) => {
    await buildDescriptors(folder, folder);
    return readContracts(await readFile(join(folder, 'documented-descriptors.binpb')));
  });

/** Generates their messages and descriptor sets into `target`. */
export async function generateFixture(files: Readonly<Record<string, string>>, target: string): Promise<Contracts> {
  await mkdir(target);
  await inWorkspace(files, async (folder) => {
    await Promise.all([generateMessages(target, folder), buildDescriptors(target, folder)]);
  });
  return readContracts(await readFile(join(target, 'descriptors.binpb')));
}
