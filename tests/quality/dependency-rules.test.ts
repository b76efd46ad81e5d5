import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const repository = join(import.meta.dirname, '../..');

/** A small repository in which some imports are as they should be. */
const good: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'shopverse', type: 'module', workspaces: ['mesh', 'services/*'], devDependencies: { jest: '*' } }),
  'mesh/package.json': JSON.stringify({
    name: '@shopverse/mesh',
    type: 'module',
    exports: { './*': './*.ts' },
    dependencies: { kafkajs: '*' },
  }),
  'mesh/money.ts': 'export const zero = 0;',
  'mesh/failure.ts': 'export const failure = 1;',
  'gateway/edge.ts': 'export const edge = 1;',
  'local/stack.ts': 'export const stack = 1;',
  'mesh/rpc/serve.integration.test.ts': "import '../../local/stack.ts';",
  'mesh/first.ts': '',
  'mesh/second.ts': "import './first.ts';",
  'mesh/rpc/serve.ts': 'export const serve = 1;',
  'mesh/events/kafka.ts': "import 'kafkajs';",
  'services/order/package.json': JSON.stringify({ name: '@shopverse/order', type: 'module', dependencies: { '@shopverse/mesh': '*' } }),
  'services/order/main.ts': "import '@shopverse/mesh/rpc/serve';\nimport './domain/order.ts';",
  'services/order/domain/order.ts': "import '@shopverse/mesh/money';\nimport '@shopverse/mesh/failure';\nimport './line.ts';",
  'services/order/domain/line.ts': 'export interface Line { readonly id: string }',
  'services/order/domain/order.test.ts': "import 'jest';\nimport './order.ts';",
  'services/user/package.json': JSON.stringify({ name: '@shopverse/user', type: 'module', exports: { './*': './*.ts' } }),
  'services/user/main.ts': 'export interface User { readonly id: string }',
  'tests/checkout.test.ts': 'export const help = 1;',
};

describe('the dependency rules', () => {
  let folder = '';

  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };

  /** What dependency-cruiser reports: "rule: from -> to". */
  const violations = (): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const cruiser = join(repository, 'node_modules/.bin/depcruise');
      const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'mesh', 'services', 'gateway', 'local', 'tests'];
      execFile(cruiser, args, { cwd: folder, maxBuffer: 1e8, timeout: 30_000 }, (error, stdout, stderr) => {
        if (!stdout.startsWith('{')) return reject(error ?? new Error(stderr));
        const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string; to: string }[] } };
        resolve(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to.replace(/^.*node_modules\//, '')}`));
      });
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shopverse-imports-'));
    await cp(join(repository, '.dependency-cruiser.mjs'), join(folder, '.dependency-cruiser.mjs'));
    for (const [file, text] of Object.entries(good)) await write(file, text);
    await mkdir(join(folder, 'node_modules/@shopverse'), { recursive: true });
    await symlink(join(folder, 'mesh'), join(folder, 'node_modules/@shopverse/mesh'));
    await symlink(join(folder, 'services/user'), join(folder, 'node_modules/@shopverse/user'));
    for (const name of ['kafkajs', 'jest', 'by-luck']) {
      await write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
      await write(`node_modules/${name}/index.js`, '');
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('let imports pass that are as they should be', async () => {
    expect(await violations()).toEqual([]);
  });

  it.each([
    [
      'a service that imports another by its path',
      'services/order/x.ts',
      "import '../user/main.ts';",
      'services-meet-over-the-wire-only',
      'services/user/main.ts',
    ],
    [
      '… by its package',
      'services/order/x.ts',
      "import '@shopverse/user/main';",
      'services-meet-over-the-wire-only',
      'services/user/main.ts',
    ],
    [
      '… only its types',
      'services/order/x.ts',
      "import type { User } from '../user/main.ts';\nexport type X = User;",
      'services-meet-over-the-wire-only',
      'services/user/main.ts',
    ],
    [
      '… while it runs',
      'services/order/x.ts',
      "export const x = import('../user/main.ts');",
      'services-meet-over-the-wire-only',
      'services/user/main.ts',
    ],
    [
      'the mesh importing a service',
      'mesh/x.ts',
      "import '../services/user/main.ts';",
      'the-house-knows-no-rooms',
      'services/user/main.ts',
    ],
    ['the mesh importing the edge', 'mesh/x.ts', "import '../gateway/edge.ts';", 'the-mesh-knows-no-edge', 'gateway/edge.ts'],
    ['the mesh importing the laptop', 'mesh/x.ts', "import '../local/stack.ts';", 'the-house-knows-no-rooms', 'local/stack.ts'],
    [
      'a service importing the laptop',
      'services/order/x.ts',
      "import '../../local/stack.ts';",
      'services-know-no-surroundings',
      'local/stack.ts',
    ],
    [
      "a service's test that imports another service",
      'services/order/x.test.ts',
      "import '../user/main.ts';",
      'services-meet-over-the-wire-only',
      'services/user/main.ts',
    ],
    [
      'a domain that imports more of the mesh',
      'services/order/domain/x.ts',
      "import '@shopverse/mesh/rpc/serve';",
      'the-domain-is-pure',
      'mesh/rpc/serve.ts',
    ],
    [
      'a domain that imports what is around it',
      'services/order/domain/x.ts',
      "import '../../order/main.ts';",
      'the-domain-is-pure',
      'services/order/main.ts',
    ],
    ['a domain that imports the machine', 'services/order/domain/x.ts', "import 'node:fs';", 'the-domain-is-pure', 'fs'],
    [
      'code that imports tests',
      'services/order/x.ts',
      "import '../../tests/checkout.test.ts';",
      'nothing-needs-tests',
      'tests/checkout.test.ts',
    ],
    ['Kafka behind the mesh', 'mesh/events/x.ts', "import 'kafkajs';", 'kafka-has-one-door', 'kafkajs/index.js'],
    ['circles', 'mesh/first.ts', "import './second.ts';", 'no-circles', 'mesh/second.ts'],
    ['an import that leads nowhere', 'mesh/x.ts', "import './nothing.ts';", 'no-dead-ends', './nothing.ts'],
    ['a package nobody declared', 'services/user/x.ts', "import 'by-luck';", 'packages-are-declared', 'by-luck/index.js'],
    [
      'a service that needs a development package',
      'services/user/x.ts',
      "import 'jest';",
      'production-needs-no-development-package',
      'jest/index.js',
    ],
  ])('catch %s', async (_, file, text, rule, to) => {
    await write(file, text);
    try {
      expect(await violations()).toContainEqual(`${rule}: ${file} -> ${to}`);
    } finally {
      const before = good[file];
      await (before === undefined ? rm(join(folder, file)) : write(file, before));
    }
  });
});
