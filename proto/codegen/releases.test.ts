import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildImage, checkCompatibility, checkFormat } from './buf.ts';
import { lastRelease } from './releases.ts';
import { inWorkspace } from './testing/workspace.ts';

const contract = (fields: string): Readonly<Record<string, string>> => ({
  'ping/v1/ping.proto': `syntax = "proto3";

package shopverse.ping.v1;

message Ping {
${fields}}
`,
});

describe('releases of the contracts', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shopverse-releases-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are found newest first, by number', async () => {
    expect(await lastRelease(join(folder, 'nowhere'))).toBeUndefined();
    for (const name of ['v0.9.0.binpb', 'v0.10.0.binpb', 'v0.2.11.binpb', 'notes.txt', 'v1.binpb']) await writeFile(join(folder, name), '');
    expect(await lastRelease(folder)).toBe(join(folder, 'v0.10.0.binpb'));
  });

  it.each([
    ['a field that was removed', '', /Previously present field "1" with name "id"/],
    ['a field that changed its type', '  int64 id = 1;\n', /changed type from "string" to "int64"/],
    ['a field that changed its number', '  string id = 2;\n', /Previously present field "1" with name "id"/],
    ['a field that changed its name', '  string key = 1;\n', /changed name from "id" to "key"/],
  ])('hold later contracts to their word: %s is refused', async (_, fields, sentence) => {
    const image = join(folder, 'v1.0.0.binpb');
    await inWorkspace(contract('  string id = 1;\n'), (workspace) => buildImage(image, workspace));
    const check = inWorkspace(contract(fields), (workspace) => checkCompatibility(image, workspace));
    await expect(check).rejects.toThrow(/^The contracts break what v1\.0\.0 promised:\n/);
    await expect(check).rejects.toThrow(sentence);
  });

  it('allow what is new', async () => {
    const image = join(folder, 'v1.0.0.binpb');
    await inWorkspace(contract('  string id = 1;\n'), (workspace) => buildImage(image, workspace));
    await inWorkspace(contract('  string id = 1;\n  string name = 2;\n'), (workspace) => checkCompatibility(image, workspace));
    expect(await lastRelease(folder)).toBe(image);
  });

  it('go with a format, and the check shows what differs', async () => {
    await inWorkspace(contract('  string id = 1;\n'), (workspace) => checkFormat(workspace));
    const check = inWorkspace(contract('  string   id=1;\n'), (workspace) => checkFormat(workspace));
    await expect(check).rejects.toThrow(/not formatted; run `npm run format`:\n[^]*^-  string   id=1;$/m);
  });
});
