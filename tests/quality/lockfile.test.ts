import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { entryOf, missingPackages } from './lockfile.ts';
import type { LockedPackages } from './lockfile.ts';

describe('package-lock.json', () => {
  it('has the packages of every platform, else `npm ci` refuses it (run `npm run lockfile`)', async () => {
    const text = await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
    expect(missingPackages((JSON.parse(text) as { packages: LockedPackages }).packages)).toEqual([]);
  });
});

describe('missingPackages', () => {
  it('tells which optional dependencies have no entry, nested ones included', () => {
    const packages = {
      'node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0', 'a-darwin-arm64': '1.0.0' } },
      'node_modules/b/node_modules/a-linux-x64': { version: '1.0.0' },
    };
    expect(missingPackages(packages)).toEqual([{ name: 'a-darwin-arm64', version: '1.0.0', wantedBy: 'a' }]);
  });
});

describe('entryOf', () => {
  it.each([
    ['@swc/core-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@oxlint/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@unrs/resolver-binding-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@bufbuild/buf-linux-armv7', { os: ['linux'], cpu: ['arm'] }],
    ['@oxlint/binding-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
  ])('reads the platform of %s from its name', (name, platform) => {
    expect(entryOf({ name, version: '1.0.0', wantedBy: 'a' })).toEqual({ version: '1.0.0', optional: true, ...platform });
  });

  it('says which package it can do nothing for', () => {
    expect(() => entryOf({ name: 'fsevents', version: '^2.3.3', wantedBy: 'a' })).toThrow('fsevents@^2.3.3, which a wants, is missing');
  });
});
