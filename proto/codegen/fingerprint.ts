import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything the generated code depends on, relative to proto/. The tools count with their versions. */
const inputs = [
  '{shopverse,google,buf}/**/*.proto',
  'generate.ts',
  'codegen/**/*.ts',
  'runtime/{method-rule,http-status}.ts',
  'buf.gen.yaml',
  '../buf.yaml',
  '../node_modules/{ts-proto,@bufbuild/buf,@bufbuild/protobuf,@bufbuild/protovalidate}/package.json',
];

/** SHA-256 (hex) over the names and contents of all inputs of the generation. `folder` is proto/. */
export async function fingerprint(folder: string): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(inputs, { cwd: folder, exclude: (name) => name.endsWith('.test.ts') })) files.push(file);
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = await readFile(join(folder, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
