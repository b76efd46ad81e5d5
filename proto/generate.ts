/**
 * Turns the .proto files into proto/gen: typed messages and services, descriptor sets, and the modules derived from their options.
 * Does nothing when neither the inputs nor the tools changed. Run by `npm run generate` and after every `npm ci`.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDescriptors, generateMessages, lint } from './codegen/buf.ts';
import { deriveModules } from './codegen/derive.ts';
import { fingerprint } from './codegen/fingerprint.ts';
import { GenerationError } from './codegen/generation-error.ts';
import { writeMapEntriesInFull } from './codegen/map-entries.ts';
import { replaceFolder } from './codegen/replace-folder.ts';

const folder = import.meta.dirname;
const target = join(folder, 'gen');

async function generate(): Promise<void> {
  const wanted = await fingerprint(folder);
  if ((await readFile(join(target, '.fingerprint'), 'utf8').catch(() => undefined)) === wanted) return;
  const started = performance.now();
  const fresh = join(folder, `.gen-${randomUUID()}`);
  await mkdir(fresh);
  try {
    await all([generateMessages(fresh), buildDescriptors(fresh), lint()]);
    await all([writeMapEntriesInFull(fresh), deriveModules(fresh)]);
    await writeFile(join(fresh, '.fingerprint'), wanted);
    await replaceFolder(target, fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  console.log(`Generated proto/gen in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

/** Waits for all, so that nobody writes any more when the folder is removed; then throws the first failure in the order given. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason;
}

try {
  await generate();
} catch (error) {
  if (!(error instanceof GenerationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
