import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { eventually } from './testing/eventually.ts';
import { runRender, somewhere } from './testing/render-process.ts';
import { startScene, type Scene } from './testing/scene.ts';

describe('an edge with TLS', () => {
  let scene: Scene;
  let folder: string;
  let authority: CertificateAuthority;
  let ca: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-tls-'));
    authority = await CertificateAuthority.open(join(folder, 'authority'));
    await authority.issueInto(join(folder, 'public'), 'shop.example');
    ca = await readFile(join(folder, 'public', 'ca.crt'), 'utf8');
    scene = await startScene({ EDGE_TLS: join(folder, 'public') });
  }, 30_000);
  afterAll(async () => {
    await scene.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const handshake = async (options: ConnectionOptions = {}): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: scene.edge.port, ca, servername: 'shop.example', ...options }, () =>
        resolve(socket),
      );
      socket.on('error', reject);
    });

  it('answers HTTP/1.1 and HTTP/2 under its name, and has browsers come by TLS ever after', async () => {
    const { status, headers } = await new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }>(
      (resolve, reject) => {
        get({ host: '127.0.0.1', port: scene.edge.port, path: '/v1/products', ca, servername: 'shop.example' }, (response) => {
          response.resume();
          resolve({ status: response.statusCode, headers: response.headers });
        }).on('error', reject);
      },
    );
    expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    const session = connectHttp2(`https://127.0.0.1:${scene.edge.port}`, { ca, servername: 'shop.example' });
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': '/v1/products', ':authority': 'shop.example' });
      stream.on('response', (given) => resolve(given[':status'])).resume();
    });
    session.destroy();
    expect(answered).toBe(200);
  });

  it('refuses TLS 1.1', async () => {
    await expect(handshake({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow(
      /alert|protocol/i,
    );
  });

  it('shows a new certificate as soon as there is one, and keeps the connections of the old one', async () => {
    const before = await handshake();
    const serial = before.getPeerCertificate().serialNumber;
    await authority.issueInto(join(folder, 'public'), 'shop.example');
    await eventually(async () => {
      const socket = await handshake();
      const shown = socket.getPeerCertificate().serialNumber;
      socket.destroy();
      return shown === serial ? undefined : shown;
    });
    expect(before.destroyed).toBe(false);
    before.destroy();
  });

  it('is not rendered without its certificate', async () => {
    const { code, stderr } = await runRender(['--out', join(folder, 'out')], {
      EDGE_CERTIFICATES: join(folder, 'public'),
      EDGE_TLS: join(folder, 'nowhere'),
      EDGE_UPSTREAMS: somewhere,
      EDGE_JWKS_URL: 'http://127.0.0.1:9464/.well-known/jwks.json',
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^There is no tls.crt to read in .*nowhere: .* set EDGE_TLS to its folder\.\n$/),
    ]);
  });
});
