import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { GenerationError } from './generation-error.ts';

const repository = join(import.meta.dirname, '../..');
const binaries = join(repository, 'node_modules/.bin');

/** Checks the style of the contracts (rules in buf.yaml). */
export const lint = (workspace = repository): Promise<void> => buf(['lint'], workspace, 'The contracts break a rule of buf lint');

/** Checks that the contracts are formatted as `buf format` does; the difference is in the error. */
export const checkFormat = (workspace = repository): Promise<void> =>
  buf(['format', '--diff', '--exit-code', '--path', 'proto/shopverse'], workspace, 'The contracts are not formatted; run `npm run format`');

/** Checks that clients of the contracts in `image` can talk to the present ones (rules in buf.yaml). */
export const checkCompatibility = (image: string, workspace = repository): Promise<void> =>
  buf(['breaking', '--against', image], workspace, `The contracts break what ${basename(image, '.binpb')} promised`);

/** Writes the contracts as buf's image, which checkCompatibility takes. */
export const buildImage = (file: string, workspace = repository): Promise<void> =>
  buf(['build', '--exclude-source-info', '--output', file], workspace, 'The contracts do not compile');

/** Writes the TypeScript of messages and services into `folder`, as proto/buf.gen.yaml says. */
export const generateMessages = (folder: string, workspace = repository): Promise<void> =>
  buf(['generate', '--template', join(repository, 'proto/buf.gen.yaml'), '--output', folder], workspace, 'The contracts do not compile');

/**
 * Writes two descriptor sets (google.protobuf.FileDescriptorSet, imports included) into `folder`: descriptors.binpb for machines (the
 * edge's transcoder, reflection) and documented-descriptors.binpb with comments (API reference).
 */
export async function buildDescriptors(folder: string, workspace = repository): Promise<void> {
  const build = (file: string, ...options: string[]): Promise<void> => {
    const output = ['--as-file-descriptor-set', '--output', join(folder, file)];
    return buf(['build', ...output, ...options], workspace, 'The contracts do not compile');
  };
  await Promise.all([build('descriptors.binpb', '--exclude-source-info'), build('documented-descriptors.binpb')]);
}

/**
 * Runs buf in the folder of a buf.yaml, offline. Throws GenerationError with `trouble` and what buf found when it exits with a failure,
 * or is not done in a minute.
 */
export async function buf(options: readonly string[], workspace: string, trouble: string): Promise<void> {
  const env = { ...process.env, PATH: `${binaries}:${process.env['PATH'] ?? ''}` };
  await new Promise<void>((resolve, reject) => {
    execFile(join(binaries, 'buf'), options, { cwd: workspace, env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const found = `${stdout}${stderr}`.trim() || error.message;
      reject(new GenerationError(`${trouble}:\n${found}`));
    });
  });
}
