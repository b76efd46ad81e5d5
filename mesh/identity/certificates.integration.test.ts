import { unserved } from '../rpc/testing/unserved.ts';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { eventually } from '@shopverse/local/demo/eventually';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino, type Logger } from 'pino';
import { newId } from '../ids.ts';
import { openClient, type OpenClient } from '../rpc/client.ts';
import { RpcServer } from '../rpc/serve.ts';
import { CertificateAuthority } from './authority.ts';
import { watchCertificate } from './certificate-watch.ts';
import { WorkloadCredentials } from './credentials.ts';

const HOUR_MS = 3_600_000;
let folder: string;
let authority: CertificateAuthority;
let credentials: WorkloadCredentials;
let log: Logger;
let server: RpcServer;
let target: string;
let lines: Record<string, unknown>[];
const opened: OpenClient<typeof UserServiceDefinition>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-certificates-'));
  authority = await CertificateAuthority.open(join(folder, 'ca'));
  for (const workload of ['user', 'order']) await authority.issueInto(join(folder, workload), workload);
  lines = [];
  log = pino({ messageKey: 'message', base: {} }, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  credentials = new WorkloadCredentials(join(folder, 'user'));
  server = new RpcServer({ credentials: credentials.server(), log, maxConnectionAgeMs: 300 });
  server.add(UserServiceDefinition, { ...unserved(UserServiceDefinition), batchGetProfiles: async () => ({ profiles: [] }) });
  target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
});
afterEach(async () => {
  for (const open of opened.splice(0)) open.close();
  await server.drain(500);
  await rm(folder, { recursive: true });
});

function client(certificates: string): OpenClient<typeof UserServiceDefinition> {
  const open = openClient(UserServiceDefinition, {
    name: 'user',
    target,
    credentials: new WorkloadCredentials(certificates).channel('user'),
  });
  opened.push(open);
  return open;
}
const call = ({ client: users }: OpenClient<typeof UserServiceDefinition>) =>
  users.batchGetProfiles({ userIds: [newId()] }, { timeoutMs: 5_000 });

describe('a workload certificate', () => {
  it('is renewed under load without a failed call: new connections show the new one', async () => {
    const order = client(join(folder, 'order'));
    const seen = new Set([await serialShown()]);
    let [calls, going] = [0, true];
    const loop = (async () => {
      while (going) {
        await call(order);
        calls += 1;
      }
    })();
    const expiryBefore = credentials.certificate.notAfter;
    for (const workload of ['user', 'order']) await authority.issueInto(join(folder, workload), workload, { ttlMs: 48 * HOUR_MS });
    // A server that has the new one shows it in its handshakes.
    await eventually('the new certificate', async () => {
      seen.add(await serialShown());
      return seen.size > 1 ? true : undefined;
    });
    const before = calls;
    await eventually('calls on new connections', async () => (calls > before + 50 ? true : undefined));
    going = false;
    await loop;
    expect(credentials.certificate.notAfter.getTime()).toBeGreaterThan(expiryBefore.getTime());
  });

  it('that nobody renews, or whose renewal is broken, is an error in the log until it is whole', async () => {
    const alarms = () => lines.filter(({ message }) => String(message).startsWith('the certificate was not renewed'));
    const unwatch = watchCertificate(credentials, log, { intervalMs: 20 });
    const user = join(folder, 'user');
    const whole = await readFile(join(user, 'tls.key'));
    await copyFile(join(folder, 'order', 'tls.key'), join(user, 'tls.key'));
    await eventually('the alarm of a broken renewal', async () => alarms()[0]);
    expect(alarms()[0]).toMatchObject({
      level: 50,
      not_after: credentials.certificate.notAfter.toISOString(),
      trouble: expect.stringContaining('is not the key of the certificate beside it'),
    });
    await writeFile(join(user, 'tls.key'), whole);
    await eventually('the end of the trouble', async () => (credentials.certificate.trouble === undefined ? true : undefined));
    lines.length = 0;
    // Issued with a start in the past, for clocks that are behind: more than three quarters of its life are over.
    await authority.issueInto(user, 'user', { ttlMs: 1_000 });
    await eventually('the alarm of one that nobody renews', async () => alarms()[0]);
    expect(alarms()[0]).not.toHaveProperty('trouble');
    unwatch();
  });

  it.each([
    ['that has expired', async () => authority.issueInto(join(folder, 'order'), 'order', { ttlMs: -1 }), /CERT_HAS_EXPIRED/],
    ['of another authority', forge, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/],
  ])('%s lets nobody in, and is logged', async (_which, spoil, reason) => {
    await spoil();
    await expect(call(client(join(folder, 'order')))).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    const line = await eventually('the line', async () => lines.find(({ message }) => String(message).startsWith('connection refused')));
    expect(String(line['reason'])).toMatch(reason);
  });
});

/** A certificate for the caller by an authority that nobody here knows; the caller itself trusts the server. */
async function forge(): Promise<void> {
  await (await CertificateAuthority.open(join(folder, 'other-ca'))).issueInto(join(folder, 'forged'), 'order');
  await rm(join(folder, 'order'), { recursive: true });
  await mkdir(join(folder, 'order'));
  for (const [file, from] of [
    ['tls.crt', 'forged'],
    ['tls.key', 'forged'],
    ['ca.crt', 'user'],
  ] as const)
    await copyFile(join(folder, from, file), join(folder, 'order', file));
}

/** Serial number of the certificate that the server shows on a new connection. */
async function serialShown(): Promise<string> {
  const read = (file: string) => readFile(join(folder, 'order', file));
  const [host = '', port] = target.split(':');
  const [cert, key, ca] = [await read('tls.crt'), await read('tls.key'), await read('ca.crt')];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), cert, key, ca, servername: 'user', ALPNProtocols: ['h2'] }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
