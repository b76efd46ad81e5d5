import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experimental } from '@grpc/grpc-js';
import { eventually } from '@shopverse/local/demo/eventually';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from './authority.ts';
import { CertificateFiles } from './certificate-files.ts';

let folder: string;
let authority: CertificateAuthority;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-certificate-files-'));
  authority = await CertificateAuthority.open(join(folder, 'ca'));
  for (const version of ['first', 'second']) await authority.issueInto(join(folder, version), 'order');
});
afterEach(() => rm(folder, { recursive: true }));

const inFolder = (...names: string[]) => join(folder, ...names);

describe('the files of a certificate', () => {
  it('are there before the first connection can be', async () => {
    const files = new CertificateFiles(inFolder('first'));
    const credentials = experimental.createCertificateProviderServerCredentials(files, files, true);
    const seen: unknown[] = [];
    const watcher = (options: unknown) => void seen.push(options);
    credentials._addWatcher(watcher);
    await new Promise((resolve) => setImmediate(resolve)); // connections come later than that
    expect(seen.at(-1)).toMatchObject({ cert: [await readFile(inFolder('first', 'tls.crt'))] });
    credentials._removeWatcher(watcher);
  });

  it('are used as they were while a renewal is half written, and as they are when it is whole', async () => {
    const target = inFolder('renewed');
    const copy = async (name: string, version: string) => writeFile(join(target, name), await readFile(inFolder(version, name)));
    await authority.issueInto(target, 'order');
    for (const name of ['tls.crt', 'tls.key', 'ca.crt']) {
      await rm(join(target, name));
      await copy(name, 'first');
    }
    const files = new CertificateFiles(target);
    const seen: experimental.IdentityCertificateUpdate[] = [];
    const listener = (update: experimental.IdentityCertificateUpdate | null) => void (update !== null && seen.push(update));
    const look = () => {
      files.removeIdentityCertificateListener(listener);
      files.addIdentityCertificateListener(listener);
    };

    await copy('tls.crt', 'second');
    look();
    await writeFile(join(target, 'tls.key'), '');
    look();
    await copy('tls.key', 'second');
    const second = await readFile(inFolder('second', 'tls.crt'));
    await eventually('the renewal', async () => {
      look();
      return seen.some(({ certificate }) => certificate.equals(second)) ? true : undefined;
    });
    for (const { certificate, privateKey } of seen)
      expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    files.removeIdentityCertificateListener(listener);
  });

  it.each([
    ['without its key', async () => rm(inFolder('first', 'tls.key')), /tls\.key is not there: MESH_CERTIFICATES must name/],
    [
      'with the key of another',
      async () => swap('tls.key', await readFile(inFolder('second', 'tls.key'))),
      /is not the key of the certificate/,
    ],
    ['that are no PEM', async () => swap('ca.crt', 'no certificate'), /no PEM that can be read/],
  ])('%s are refused at the start, in a sentence', async (_which, spoil, sentence) => {
    await spoil();
    expect(() => new CertificateFiles(inFolder('first'))).toThrow(sentence);
  });
});

async function swap(name: string, content: string | Buffer): Promise<void> {
  await rm(inFolder('first', name));
  await writeFile(inFolder('first', name), content);
}
