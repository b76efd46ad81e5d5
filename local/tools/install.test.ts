import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './install.ts';

let tools: string;
beforeEach(async () => {
  tools = await mkdtemp(join(tmpdir(), 'shopverse-tools-'));
});
afterEach(() => rm(tools, { recursive: true, force: true }));

const put = (content: string) => (folder: string) => writeFile(join(folder, 'server'), content);
const content = (folder: string) => readFile(join(folder, 'server'), 'utf8');

describe('a tool', () => {
  it('is made once and found from then on', async () => {
    const folder = await install(tools, 'kafka-1', () => {}, put('first'));
    expect(await install(tools, 'kafka-1', () => {}, put('second'))).toBe(folder);
    expect(await content(folder)).toBe('first');
  });

  it('that can not be made leaves nothing behind, and is made by the next who tries', async () => {
    const broken = install(tools, 'kafka-1', () => {}, async (folder) => {
      await put('half')(folder);
      throw new Error('the network is down');
    }); // prettier-ignore
    await expect(broken).rejects.toThrow('the network is down');
    expect(await readdir(tools)).toEqual([]);
    expect(await content(await install(tools, 'kafka-1', () => {}, put('whole')))).toBe('whole');
  });

  it('is made by one of many who want it at the same time, and all get it whole', async () => {
    let made = 0;
    const folders = await Promise.all(
      Array.from({ length: 8 }, () =>
        install(tools, 'kafka-1', () => {}, async (folder) => {
          made += 1;
          await put('whole')(folder);
        }),
      ),
    ); // prettier-ignore
    expect(made).toBe(1);
    expect(new Set(folders).size).toBe(1);
    expect(await readdir(tools)).toEqual(['kafka-1']);
  });

  it('is not waited for when its installer is gone', async () => {
    await writeFile(join(tools, 'kafka-1.lock'), '999999999');
    expect(await content(await install(tools, 'kafka-1', () => {}, put('whole')))).toBe('whole');
  });

  it('whose disk is full says so in one sentence', async () => {
    const full = install(tools, 'kafka-1', () => {}, () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))); // prettier-ignore
    await expect(full).rejects.toThrow(/^The disk that holds .* is full: free some space there/);
  });
});
