import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runRender, somewhere } from './testing/render-process.ts';

describe('rendering the edge', () => {
  let folder: string;
  let given: Record<string, string>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-render-'));
    for (const name of ['tls.crt', 'tls.key', 'ca.crt']) await writeFile(join(folder, name), '');
    given = { EDGE_CERTIFICATES: folder, EDGE_UPSTREAMS: somewhere, EDGE_JWKS_URL: 'http://127.0.0.1:9464/.well-known/jwks.json' };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes the bootstrap and what it refers to by absolute paths, and nothing else', async () => {
    const out = join(folder, 'out');
    expect(await runRender(['--out', out], given)).toMatchObject({ code: 0, stdout: `Wrote ${join(out, 'envoy.json')}.\n`, stderr: '' });
    expect((await readdir(out)).sort()).toEqual(['authorities.json', 'certificate.json', 'descriptors.binpb', 'envoy.json', 'reference']);
    expect(await readdir(join(out, 'reference'))).toContain('_openapi.json.plain');
    const bootstrap = await readFile(join(out, 'envoy.json'), 'utf8');
    expect(JSON.parse(bootstrap)).toHaveProperty('admin.address.socket_address', { address: '127.0.0.1', port_value: 9901 });
    for (const name of ['authorities.json', 'certificate.json', 'descriptors.binpb'])
      expect(bootstrap).toContain(JSON.stringify(join(out, name)));
  });

  it('writes the same again for the same contracts and settings', async () => {
    await runRender(['--out', join(folder, 'a')], given);
    await runRender(['--out', join(folder, 'a')], given);
    const first = await readFile(join(folder, 'a/envoy.json'), 'utf8');
    await runRender(['--out', join(folder, 'a')], given);
    expect(await readFile(join(folder, 'a/envoy.json'), 'utf8')).toBe(first);
  });

  it.each([
    [[], {}, 'Say where to write: node gateway/render.ts --out <folder>.\n'],
    [['--folder', 'x'], {}, "Unknown option '--folder'"],
    [['--out', 'OUT'], { EDGE_LISTEN: '8080' }, 'Set these in the environment: EDGE_LISTEN must be host:port'],
    [['--out', 'OUT'], { EDGE_UPSTREAMS: 'order=127.0.0.1:1' }, 'EDGE_UPSTREAMS does not say where'],
    [
      ['--out', 'OUT'],
      { EDGE_UPSTREAMS: `${somewhere},cellar=127.0.0.1:1` },
      'EDGE_UPSTREAMS names cellar, which no public method belongs to',
    ],
    [['--out', 'OUT'], { EDGE_CERTIFICATES: '/nowhere' }, 'There is no tls.crt to read in /nowhere'],
    [['--out', 'OUT'], { EDGE_DESCRIPTORS: '/nowhere' }, 'There are no descriptors at /nowhere: generate the contracts first'],
    [['--out', 'OUT'], { EDGE_DESCRIPTORS: import.meta.filename }, 'is no complete descriptor set of the contracts'],
    [['--out', import.meta.filename], {}, 'EEXIST'],
  ])('with %j and %j ends with one plain sentence and writes nothing', async (args, environment, sentence) => {
    const out = join(folder, 'out');
    const rendering = await runRender(args.map((arg) => (arg === 'OUT' ? out : arg)), { ...given, ...environment }); // prettier-ignore
    expect(rendering).toMatchObject({ code: 1, stdout: '' });
    expect(rendering.stderr).toContain(sentence);
    expect(rendering.stderr.trim().split('\n')).toHaveLength(1);
    expect(await readdir(folder)).not.toContain('out');
  });
});
