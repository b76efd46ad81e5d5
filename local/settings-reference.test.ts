import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT } from './settings.ts';
import { settingsReference } from './settings-reference.ts';

describe('the settings reference', () => {
  it('is as the settings are (npm run settings writes it anew)', async () => {
    for (const [file, content] of Object.entries(await settingsReference()))
      expect(await readFile(join(PROJECT, file), 'utf8')).toBe(content);
  });

  it('documents each setting', async () => {
    const { 'docs/settings.md': document = '' } = await settingsReference();
    expect(document).toContain('| `RPC_LISTEN` | `127.0.0.1:50051` |  | Where the gRPC server listens (mutual TLS) |');
    expect(document).toMatch(/`DATABASE_URL` \| \(required\) .*\(secret\)/);
    expect(document.split('\n').filter((line) => /^\| `\w+` \|.*\|\s*\|$/.test(line))).toEqual([]);
  });
});
