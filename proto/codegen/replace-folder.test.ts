import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { replaceFolder } from './replace-folder.ts';

describe('replaceFolder', () => {
  let parent = '';
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'shopverse-replace-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const folderWith = async (name: string, content: string): Promise<string> => {
    await mkdir(join(parent, name));
    await writeFile(join(parent, name, 'file'), content);
    return join(parent, name);
  };

  it('puts a new folder where there was none', async () => {
    await replaceFolder(join(parent, 'gen'), await folderWith('new', 'a'));
    expect(await readFile(join(parent, 'gen/file'), 'utf8')).toBe('a');
  });

  it('puts a new folder in the place of the old one, and leaves nothing behind', async () => {
    const target = await folderWith('gen', 'old');
    await replaceFolder(target, await folderWith('new', 'new'));
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('new');
    expect(await readdir(parent)).toEqual(['gen']);
  });

  it('ends with one whole folder when several replace it at once', async () => {
    const target = await folderWith('gen', 'old');
    const fresh = await Promise.all(['a', 'b', 'c', 'd'].map((name) => folderWith(name, name)));
    await Promise.all(fresh.map((folder) => replaceFolder(target, folder)));
    expect(['a', 'b', 'c', 'd']).toContain(await readFile(join(target, 'file'), 'utf8'));
    expect(await readdir(parent)).toEqual(['gen']);
  });
});
