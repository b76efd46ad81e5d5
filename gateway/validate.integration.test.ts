import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { envoyBinary } from './testing/envoy-binary.ts';
import { runRender, somewhere } from './testing/render-process.ts';

describe('Envoy', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-validate-'));
    const authority = await CertificateAuthority.open(join(folder, 'authority'));
    await authority.issueInto(join(folder, 'edge'), 'edge');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['the defaults', {}],
    ['host names, several endpoints and a collector', { EDGE_UPSTREAMS: somewhere.replaceAll('127.0.0.1', 'localhost').replace('localhost:1', 'a:1|b:1'), EDGE_OTLP: 'jaeger:4317', EDGE_JWKS_URL: 'http://auth:9464/.well-known/jwks.json' }],
    ['every other setting', { EDGE_LISTEN: '[::1]:0', EDGE_ADMIN_LISTEN: '[::1]:0', EDGE_CORS_ORIGINS: 'https://a.example,https://b.example', EDGE_TRUSTED_PROXIES: '2', EDGE_TRACE_SAMPLING: '0.5', EDGE_RATE_LIMIT_SERVICE: '127.0.0.1:8081', EDGE_OTLP: '127.0.0.1:4317' }],
  ])('takes what is rendered with %s, and has nothing to complain of', async (_what, environment) => {
    const given = { EDGE_CERTIFICATES: join(folder, 'edge'), EDGE_UPSTREAMS: somewhere, EDGE_JWKS_URL: 'http://127.0.0.1:9464/.well-known/jwks.json' };
    expect(await runRender(['--out', join(folder, 'out')], { ...given, ...environment })).toMatchObject({ code: 0 });
    const args = ['--mode', 'validate', '--config-path', join(folder, 'out/envoy.json'), '--log-level', 'warn', '--disable-hot-restart'];
    const { stdout, stderr } = await promisify(execFile)(await envoyBinary(), args, { timeout: 30_000 });
    expect(stdout).toContain('OK');
    expect(stderr).toBe('');
  }, 30_000); // prettier-ignore
});
