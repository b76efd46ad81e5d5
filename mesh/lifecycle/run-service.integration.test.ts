import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { CertificateAuthority } from '../identity/authority.ts';
import { WorkloadCredentials } from '../identity/credentials.ts';
import { newId } from '../ids.ts';
import { currentCall, type Call } from '../rpc/call.ts';
import { openClient } from '../rpc/client.ts';

const MAIN = new URL('testing/profile-service.ts', import.meta.url).pathname;
const REGISTER = new URL('../telemetry/register.ts', import.meta.url).href;
const NODE = new URL('../../node_modules/.bin/node', import.meta.url).pathname;

let folder: string;
let running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shopverse-lifecycle-'));
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  await authority.issueInto(join(folder, 'user'), 'user');
  await authority.issueInto(join(folder, 'edge'), 'edge');
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
});
afterAll(() => rm(folder, { recursive: true }));

interface Started {
  readonly child: ChildProcess;
  readonly admin: string;
  readonly rpc: string;
  /** Waits for a log line with this message. */
  logged(message: string): Promise<Record<string, unknown>>;
  /** Exit code and all of stderr. */
  readonly ended: Promise<{ code: number | null; errors: string }>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function start(environment: Record<string, string> = {}): Promise<Started> {
  const [rpc, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const child = spawn(NODE, ['--import', REGISTER, MAIN], {
    env: {
      PATH: process.env['PATH'],
      RPC_LISTEN: rpc,
      ADMIN_LISTEN: admin,
      MESH_CERTIFICATES: join(folder, 'user'),
      FIXTURE_SECRET: 'hunter2',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const lines: Record<string, unknown>[] = [];
  const waiting: { message: string; found: (line: Record<string, unknown>) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    lines.push(line);
    for (const { message, found } of waiting) if (line['message'] === message) found(line);
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return {
    child,
    admin: `http://${admin}`,
    rpc,
    logged: (message) =>
      new Promise((found) => {
        const line = lines.find((candidate) => candidate['message'] === message);
        if (line === undefined) waiting.push({ message, found });
        else found(line);
      }),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, errors })),
  };
}

const callAs = <T>(run: () => Promise<T>): Promise<T> =>
  // The caller's identity goes along as it would from a call being handled.
  currentCall.run(
    {
      caller: { userId: newId(), role: 'CUSTOMER', email: '', sessionId: '' },
      requestId: 'r',
      deadline: Infinity,
      signal: new AbortController().signal,
    } as Call,
    run,
  );

const clientOf = (rpc: string) =>
  openClient(UserServiceDefinition, {
    name: 'user',
    target: rpc,
    credentials: new WorkloadCredentials(join(folder, 'edge')).channel('user'),
  });

describe('a service process', () => {
  it('waits for what it needs, serves, and shows itself on its admin port', async () => {
    const service = await start();
    expect(await service.logged('waiting for a dependency')).toMatchObject({ dependency: 'patience', reason: 'not yet' });
    await service.logged('serving');
    const get = async (path: string) => {
      const response = await fetch(`${service.admin}${path}`);
      return { status: response.status, body: await response.text() };
    };
    expect(await get('/healthz')).toEqual({ status: 200, body: '{"status":"alive"}' });
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    // Whoever serves users asks auth which sessions were ended, and is ready without it.
    expect(JSON.parse(ready.body)).toEqual({
      status: 'ready',
      checks: { patience: { status: 'up', critical: true }, auth: { status: 'down', reason: expect.any(String), critical: false } },
    });
    const info = await get('/info');
    expect(JSON.parse(info.body)).toMatchObject({
      name: 'user',
      version: expect.any(String),
      services: ['shopverse.user.v1.UserService'],
      settings: { FIXTURE_DELAY_MS: 1 },
    });
    expect(info.body).not.toContain('hunter2');
    expect((await get('/nothing')).status).toBe(404);
    const open = clientOf(service.rpc);
    await callAs(() => open.client.getProfile({}));
    open.close();
    const metrics = await get('/metrics');
    expect(metrics.body).toMatch(
      /rpc_server_call_duration_count\{.*rpc_method="shopverse.user.v1.UserService\/GetProfile".*rpc_response_status_code="OK".*\} 1/,
    );
    expect((JSON.parse((await get('/runs')).body) as { runs: number }).runs).toBeGreaterThan(0);
  });

  it('on SIGTERM finishes what it handles, closes its stores and ends with code 0', async () => {
    const service = await start({ FIXTURE_DELAY_MS: '700' });
    await service.logged('serving');
    const open = clientOf(service.rpc);
    const answer = callAs(() => open.client.getProfile({}));
    await service.logged('handling');
    service.child.kill('SIGTERM');
    await expect(answer).resolves.toMatchObject({ fullName: '' });
    open.close();
    expect(await service.ended).toEqual({ code: 0, errors: '' });
    await service.logged('store closed');
    await service.logged('stopped');
  });

  it.each([
    [
      'a setting is missing',
      { FIXTURE_SECRET: '' },
      /^user can't start\. Set these in the environment: FIXTURE_SECRET is required \(A secret\)\.\n$/,
    ],
    [
      'its certificate is not there',
      { MESH_CERTIFICATES: '/nowhere' },
      /^user can't start\. \/nowhere\/tls\.crt is not there: MESH_CERTIFICATES must name a folder.*\n$/,
    ],
  ])('says in one sentence that %s, and ends with code 1', async (_what, environment, sentence) => {
    const { code, errors } = await (await start(environment)).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
  });

  it.each(['RPC_LISTEN', 'ADMIN_LISTEN'])('says in one sentence that the port of %s is taken', async (setting) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { code, errors } = await (await start({ [setting]: `127.0.0.1:${(taken.address() as AddressInfo).port}` })).ended;
    taken.close();
    expect(code).toBe(1);
    expect(errors).toMatch(
      new RegExp(
        `^user can't start\\. Can't listen on 127\\.0\\.0\\.1:\\d+ \\(${setting}\\): .*Free the port or set ${setting} to another\\.\\n$`,
      ),
    );
  });
});
