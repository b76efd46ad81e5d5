import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const repository = join(import.meta.dirname, '..');

interface Outcome {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

describe('node proto/generate.ts', () => {
  let copy = '';

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'shopverse-generate-'));
    const isGenerated = (path: string): boolean => /proto\/(gen|\.gen-[^/]*)$/.test(path);
    await cp(join(repository, 'proto'), join(copy, 'proto'), { recursive: true, filter: (path) => !isGenerated(path) });
    for (const file of ['buf.yaml', 'package.json']) await cp(join(repository, file), join(copy, file));
    await symlink(join(repository, 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rm(copy, { recursive: true, force: true }));

  const generate = (): Promise<Outcome> =>
    new Promise((resolve) => {
      const options = { cwd: tmpdir(), timeout: 30_000 };
      execFile(process.execPath, [join(copy, 'proto/generate.ts')], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : error.code, stdout, stderr });
      });
    });

  const orders = (): string => join(copy, 'proto/shopverse/order/v1/order_service.proto');
  const change = async (from: string, to: string): Promise<void> => {
    const text = await readFile(orders(), 'utf8');
    await writeFile(orders(), text.replace(from, to));
  };

  it('writes messages, descriptors and derived modules, from any folder', async () => {
    expect(await generate()).toMatchObject({ code: 0, stderr: '' });
    const files = await readdir(join(copy, 'proto/gen'), { recursive: true });
    const expected = [
      'descriptors.binpb',
      'documented-descriptors.binpb',
      'event-types.ts',
      'shopverse/order/v1/order_service.ts',
      'validators.ts',
    ];
    expect(files).toEqual(expect.arrayContaining(expected));
    expect(files.filter((file) => /annotations|descriptor\.ts|validate\.ts/.test(file))).toEqual([]);
  });

  it('does nothing when nothing changed', async () => {
    const { mtimeMs } = await stat(join(copy, 'proto/gen'));
    expect(await generate()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await stat(join(copy, 'proto/gen'))).mtimeMs).toBe(mtimeMs);
  });

  it.each([
    ['what does not compile', 'returns (Order)', 'returns (Odrer)', /^The contracts do not compile:\n.*order_service\.proto:\d+/],
    ['bad style', 'string next_page_token', 'string nextPageToken', /^The contracts break a rule of buf lint:\n.*order_service\.proto:\d+/],
    ['a method that says nothing of access', 'option (shopverse.access.v1.access) = {level: LEVEL_SIGNED_IN};', '', /has no access level/],
  ])('says in a sentence what is wrong with %s, and keeps the code it has', async (_, from, to, sentence) => {
    const before = await readFile(orders(), 'utf8');
    await change(from, to);
    const { code, stdout, stderr } = await generate();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(join(copy, 'proto'))).toEqual(expect.not.arrayContaining([expect.stringMatching(/^\.gen-/)]));
    await writeFile(orders(), before);
    expect(await generate()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('generates anew when a contract changed', async () => {
    await change('message CancelOrderRequest {', 'message CancelOrderRequest {\n  string note = 9;');
    expect(await generate()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Generated proto\/gen in/) });
    expect(await readFile(join(copy, 'proto/gen/shopverse/order/v1/order_service.ts'), 'utf8')).toContain('note: string;');
  });
});
