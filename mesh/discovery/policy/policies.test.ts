import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../telemetry/logger.ts';
import { Policies } from './policies.ts';
import { DEFAULT_POLICY } from './policy.ts';

let folder: string;
let policies: Policies;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policies-'));
  policies = new Policies(folder, createLogger('test', 'silent'));
});
afterEach(() => rm(folder, { recursive: true }));
const write = (file: string, text: string) => writeFile(join(folder, file), text);

describe('policies', () => {
  it('are those of the files, and the default for who has none', async () => {
    await write('product.yaml', 'timeout: 1s');
    await write('notes.txt', 'not a policy');
    expect(await policies.load()).toBe(true);
    expect(policies.services()).toEqual(['product']);
    expect(policies.of('product').timeout).toBe(1_000);
    expect(policies.of('order')).toBe(DEFAULT_POLICY);
    expect(await policies.load()).toBe(false);
  });

  it('stay as they were when a file becomes bad, until it is good again', async () => {
    await write('product.yaml', 'timeout: 1s');
    await policies.load();
    await write('product.yaml', 'timeout: soon');
    expect(await policies.load()).toBe(false);
    expect(policies.of('product').timeout).toBe(1_000);
    expect(policies.problems()).toMatchObject([{ file: 'product.yaml', line: 1 }]);
    expect(await policies.load()).toBe(false);
    expect(policies.problems()).toHaveLength(1);
    await write('product.yaml', 'timeout: 3s');
    expect(await policies.load()).toBe(true);
    expect([policies.of('product').timeout, policies.problems()]).toEqual([3_000, []]);
  });

  it('end with their file', async () => {
    await write('product.yaml', 'timeout: 1s');
    await policies.load();
    await rm(join(folder, 'product.yaml'));
    expect(await policies.load()).toBe(true);
    expect(policies.of('product')).toBe(DEFAULT_POLICY);
  });
});
