import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const repository = join(import.meta.dirname, '../..');

describe('the lint rules', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shopverse-lint-'));
    for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) await cp(join(repository, file), join(folder, file));
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'mesh'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The names of the rules that a file mesh/x.ts with this text breaks. */
  const broken = async (text: string): Promise<string[]> => {
    await writeFile(join(folder, 'mesh/x.ts'), text);
    return new Promise((resolve, reject) => {
      const oxlint = join(repository, 'node_modules/.bin/oxlint');
      execFile(oxlint, ['--type-aware', '--format', 'json', 'mesh'], { cwd: folder, timeout: 30_000 }, (error, stdout, stderr) => {
        if (!stdout.startsWith('{')) return reject(error ?? new Error(stderr));
        const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
        resolve(diagnostics.map(({ code }) => code));
      });
    });
  };

  it('let good code pass', async () => {
    expect(await broken('export const wait = async (): Promise<void> => { await Promise.resolve(); };')).toEqual([]);
  });

  it.each([
    ['a promise nobody waits for', 'Promise.resolve();', 'typescript(no-floating-promises)'],
    ['a promise as a condition', 'if (Promise.resolve(true)) void 0;', 'typescript(no-misused-promises)'],
    ['any', 'export const x: any = 1;', 'typescript(no-explicit-any)'],
    ['any that came from elsewhere', "export const x: string = JSON.parse('1');", 'typescript(no-unsafe-assignment)'],
    ['awaiting what is no promise', 'await 1;', 'typescript(await-thenable)'],
    [
      'a state that a switch forgets',
      "export const f = (s: 'a' | 'b'): void => { switch (s) { case 'a': break; } };",
      'typescript(switch-exhaustiveness-check)',
    ],
    ['importing a type like a value', "import { Stats } from 'node:fs';\nexport type X = Stats;", 'typescript(consistent-type-imports)'],
    ['writing past the log', "console.log('x');", 'eslint(no-console)'],
    ['a name nobody uses', 'const x = 1;\nexport {};', 'eslint(no-unused-vars)'],
    ['throwing what is no error', "export const f = (): never => { throw 'x'; };", 'typescript(only-throw-error)'],
  ])('catch %s', async (_, text, rule) => {
    expect(await broken(text)).toContain(rule);
  });
});
