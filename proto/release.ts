/** Keeps the contracts as they are now as a release that later ones must stay compatible with: `npm run contracts:release -- v1.2.3`. */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from './codegen/buf.ts';
import { GenerationError } from './codegen/generation-error.ts';
import { isVersion } from './codegen/releases.ts';

async function release(version: string): Promise<void> {
  if (!isVersion(version)) throw new GenerationError(`A release is named like v1.2.3, not "${version}".`);
  const folder = join(import.meta.dirname, 'released');
  const file = join(folder, `${version}.binpb`);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new GenerationError(`${version} is released already; a release never changes. Choose the next version.`);
  await mkdir(folder, { recursive: true });
  await buildImage(file);
  console.log(`Released the contracts as ${file}.`);
}

try {
  await release(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof GenerationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
