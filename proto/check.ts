/** Checks the contracts: style, format, and that nothing of the last release breaks for its clients. Run by `npm run contracts`. */
import { join } from 'node:path';
import { checkCompatibility, checkFormat, lint } from './codegen/buf.ts';
import { GenerationError } from './codegen/generation-error.ts';
import { lastRelease } from './codegen/releases.ts';

async function check(): Promise<void> {
  await lint();
  await checkFormat();
  const release = await lastRelease(join(import.meta.dirname, 'released'));
  if (release === undefined) console.log('No contract was released yet, so none can break.');
  else await checkCompatibility(release);
}

try {
  await check();
} catch (error) {
  if (!(error instanceof GenerationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
