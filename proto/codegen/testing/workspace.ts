import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildDescriptors } from '../buf.ts';
import { readContracts } from '../contracts.ts';
import type { Contracts } from '../contracts.ts';

const repository = join(import.meta.dirname, '../../..');
const shared = ['buf.yaml', 'proto/buf', 'proto/google', 'proto/shopverse/access', 'proto/shopverse/errors', 'proto/shopverse/events'];

/** A folder like the repository, with the shop's options but other contracts. Gone when disposed of. */
export interface Workspace extends AsyncDisposable {
  readonly folder: string;
}

/** `files` are the contracts: their text by their path below proto/shopverse. */
export async function workspaceOf(files: Readonly<Record<string, string>>): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-contracts-'));
  await Promise.all(shared.map((path) => cp(join(repository, path), join(folder, path), { recursive: true })));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'proto/shopverse', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Compiles such contracts. Throws GenerationError when buf refuses them. */
export async function compile(files: Readonly<Record<string, string>>): Promise<Contracts> {
  await using workspace = await workspaceOf(files);
  await buildDescriptors(workspace.folder, workspace.folder);
  return readContracts(await readFile(join(workspace.folder, 'descriptors.binpb')));
}
