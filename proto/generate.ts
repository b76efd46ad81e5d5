/**
 * Turns the .proto files into proto/gen (typed messages and services, descriptor sets, and what is derived from their options and comments)
 * and client/gen (the client's types and methods).
 * Does nothing when neither the inputs nor the tools changed. Run by `npm run generate` and after every `npm ci`.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDescriptors, generateMessages, lint } from './codegen/buf.ts';
import { clientModules } from './codegen/client/client-modules.ts';
import { readContracts } from './codegen/contracts.ts';
import { deriveModules } from './codegen/derive.ts';
import { fingerprint } from './codegen/fingerprint.ts';
import { GenerationError } from './codegen/generation-error.ts';
import { writeMapEntriesInFull } from './codegen/map-entries.ts';
import { replaceFolder } from './codegen/replace-folder.ts';

const folder = import.meta.dirname;
const target = join(folder, 'gen');

/** The package for outside clients; not there in the container image, which serves and does not call. */
const client = join(folder, '../client');

async function generate(): Promise<void> {
  const wanted = await fingerprint(folder);
  const withClient = existsSync(client);
  const targets = withClient ? [target, join(client, 'gen')] : [target];
  if ((await Promise.all(targets.map(fingerprintOf))).every((found) => found === wanted)) return;
  const started = performance.now();
  const fresh = join(folder, `.gen-${randomUUID()}`);
  const freshClient = join(client, `.gen-${randomUUID()}`);
  await mkdir(fresh);
  try {
    await all([generateMessages(fresh), buildDescriptors(fresh), lint()]);
    await all([writeMapEntriesInFull(fresh), deriveModules(fresh)]);
    if (withClient) await writeClient(fresh, freshClient);
    for (const [made, place] of [[fresh, target], ...(withClient ? [[freshClient, join(client, 'gen')] as const] : [])] as const) {
      await writeFile(join(made, '.fingerprint'), wanted);
      await replaceFolder(place, made);
    }
  } finally {
    for (const made of [fresh, freshClient]) await rm(made, { recursive: true, force: true });
  }
  console.log(`Generated proto/gen in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

const fingerprintOf = (generated: string): Promise<string | undefined> =>
  readFile(join(generated, '.fingerprint'), 'utf8').catch(() => undefined);

async function writeClient(contracts: string, into: string): Promise<void> {
  const modules = clientModules(readContracts(await readFile(join(contracts, 'documented-descriptors.binpb'))));
  await mkdir(into);
  await all([...modules].map(([file, text]) => writeFile(join(into, file), text)));
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
