import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { Client, Server } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from './authority.ts';
import { WorkloadCredentials } from './credentials.ts';
import { isPeerCached, peerOf } from './peer.ts';
import { workloadOf } from './spiffe-id.ts';

let folder: string;
let authority: CertificateAuthority;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-ca-'));
  authority = await CertificateAuthority.open(join(folder, 'ca'));
});
afterEach(() => rm(folder, { recursive: true }));

const certificateIn = async (workload: string) => new X509Certificate(await readFile(join(folder, workload, 'tls.crt')));

describe('a certificate authority', () => {
  it('issues certificates whose only URI is the SPIFFE id, for the time asked, signed by its root', async () => {
    await authority.issueInto(join(folder, 'order'), 'order', { ttlMs: 3600_000 });
    const certificate = await certificateIn('order');
    const root = new X509Certificate(await readFile(join(folder, 'order', 'ca.crt')));
    expect(workloadOf(certificate.subjectAltName)).toBe('order');
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.validToDate.getTime() - Date.now()).toBeLessThanOrEqual(3600_000);
    expect(certificate.validToDate.getTime() - Date.now()).toBeGreaterThan(3590_000);
  });

  it('keeps private keys from other users', async () => {
    await authority.issueInto(join(folder, 'order'), 'order');
    for (const key of ['ca/root.key', 'order/tls.key']) expect((await stat(join(folder, key))).mode & 0o077).toBe(0);
  });

  it('is the same authority when opened again', async () => {
    await (await CertificateAuthority.open(join(folder, 'ca'))).issueInto(join(folder, 'user'), 'user');
    expect((await certificateIn('user')).verify(new X509Certificate(await readFile(join(folder, 'ca', 'root.crt'))).publicKey)).toBe(true);
  });

  it('replaces a certificate and its key together', async () => {
    await authority.issueInto(join(folder, 'order'), 'order');
    const before = await certificateIn('order');
    await authority.issueInto(join(folder, 'order'), 'order');
    const after = await certificateIn('order');
    expect(after.serialNumber).not.toBe(before.serialNumber);
    expect(
      after.checkPrivateKey(
        await import('node:crypto').then(async ({ createPrivateKey }) =>
          createPrivateKey(await readFile(join(folder, 'order', 'tls.key'))),
        ),
      ),
    ).toBe(true);
  });
});

describe("a connection's workload", () => {
  it('is read from its certificate once, and known from then on', async () => {
    for (const workload of ['order', 'edge']) await authority.issueInto(join(folder, workload), workload);
    const seen: [string | undefined, boolean][] = [];
    const server = new Server();
    const bytes = (value: Buffer) => value;
    const method = {
      path: '/test.Echo/Call',
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    server.addService(
      { call: method },
      {
        call: (call: Parameters<typeof peerOf>[0], answer: (error: null, value: Buffer) => void) => {
          const cachedBefore = isPeerCached(call);
          seen.push([peerOf(call), cachedBefore]);
          answer(null, Buffer.alloc(0));
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', new WorkloadCredentials(join(folder, 'order')).server(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const client = new Client(`127.0.0.1:${port}`, new WorkloadCredentials(join(folder, 'edge')).channel('order'), {
      'grpc.ssl_target_name_override': 'order',
    });
    for (let i = 0; i < 2; i += 1) {
      await new Promise<void>((resolve, reject) => {
        client.makeUnaryRequest(method.path, bytes, bytes, Buffer.alloc(0), (error) => (error === null ? resolve() : reject(error)));
      });
    }
    client.close();
    server.forceShutdown();
    expect(seen).toEqual([
      ['edge', false],
      ['edge', true],
    ]);
  });
});
