import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DiscoveryServiceDefinition } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import type { Mesh } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { freePorts } from '@shopverse/local/ports';
import { CertificateAuthority, type IssueOptions } from '../../identity/authority.ts';
import { WorkloadCredentials } from '../../identity/credentials.ts';
import { openClient } from '../../rpc/client.ts';
import type { Counts } from './caller.ts';

const NODE = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;

/** A process of the mesh under test. */
export interface MeshProcess {
  readonly child: ChildProcess;
  readonly rpc: string;
  readonly lines: readonly Record<string, unknown>[];
  /** GET on its admin port. */
  ask<Answer>(path: string): Promise<Answer>;
  /** Ends it with a signal and waits for its end; answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A control plane and what it is told, with real processes. */
export interface MeshScene {
  readonly folder: string;
  readonly authority: CertificateAuthority;
  /** Addresses of the control planes, for MESH_DISCOVERY. */
  readonly discovery: string;
  /** Starts replica `index` of the control plane, on the same address each time. */
  controlPlane(index?: number): Promise<MeshProcess>;
  replica(name: string, environment?: Record<string, string>): Promise<MeshProcess>;
  caller(environment?: Record<string, string>): Promise<MeshProcess>;
  policy(service: string, text: string): Promise<void>;
  issue(workload: string, options?: IssueOptions): Promise<string>;
  mesh(index?: number): Promise<Mesh>;
  close(): Promise<void>;
}

/** How the scene is made. */
export interface MeshSceneOptions {
  /** @default 3000 */
  readonly leaseMs?: number;
  /** Replicas of the control plane that instances know. @default 1 */
  readonly controlPlanes?: number;
}

/** Prepares addresses and certificates; nothing runs yet. */
export async function openMeshScene({ leaseMs = 3_000, controlPlanes = 1 }: MeshSceneOptions = {}): Promise<MeshScene> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-scene-'));
  const policies = join(folder, 'policies');
  await mkdir(policies);
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  const issue = async (workload: string, options: IssueOptions = {}): Promise<string> => {
    await authority.issueInto(join(folder, workload), workload, options);
    return join(folder, workload);
  };
  for (const workload of ['discovery', 'user', 'order', 'operator']) await issue(workload);
  const ports = await freePorts(controlPlanes);
  const discovery = ports.map((port) => `127.0.0.1:${port}`);
  const running = new Set<MeshProcess>();

  const run = async (module: string, workload: string, environment: Record<string, string>): Promise<MeshProcess> => {
    const started = await startProcess(new URL(module, import.meta.url).pathname, {
      MESH_CERTIFICATES: join(folder, workload),
      ...environment,
    });
    running.add(started);
    return started;
  };
  const known = { MESH_DISCOVERY: discovery.join(','), MESH_TARGET: 'xds:///{service}' };
  return {
    folder,
    authority,
    discovery: discovery.join(','),
    issue,
    controlPlane: (index = 0) =>
      run('../main.ts', 'discovery', {
        RPC_LISTEN: discovery[index] ?? '',
        DISCOVERY_LEASE_MS: String(leaseMs),
        DISCOVERY_POLICIES: policies,
        DISCOVERY_POLICIES_INTERVAL_MS: '100',
      }),
    replica: (name, environment = {}) => run('replica.ts', 'user', { ...known, REPLICA_NAME: name, ...environment }),
    caller: (environment = {}) => run('caller.ts', 'order', { ...known, ...environment }),
    policy: (service, text) => writeFile(join(policies, `${service}.yaml`), text),
    mesh: async (index = 0) => {
      const open = openClient(DiscoveryServiceDefinition, {
        name: 'discovery',
        target: discovery[index] ?? '',
        credentials: new WorkloadCredentials(join(folder, 'operator')).channel('discovery'),
      });
      return open.client.getMesh({}).finally(() => open.close());
    },
    close: async () => {
      await Promise.all([...running].map((process) => process.end('SIGKILL')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a caller has counted so far. */
export const calls = (caller: MeshProcess): Promise<Counts> => caller.ask<Counts>('/calls');

async function startProcess(module: string, environment: Record<string, string>): Promise<MeshProcess> {
  const [rpcPort, adminPort] = await freePorts(2);
  const rpc = environment['RPC_LISTEN'] ?? `127.0.0.1:${rpcPort}`;
  const child = spawn(NODE, ['--max-semi-space-size=2', module], {
    env: { PATH: process.env['PATH'], RPC_LISTEN: rpc, ADMIN_LISTEN: `127.0.0.1:${adminPort}`, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const serving = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      lines.push(line);
      if (line['message'] === 'serving') resolve();
    });
  });
  await Promise.race([serving, ended.then(() => Promise.reject(new Error(`${module} ended: ${errors}`)))]);
  return {
    child,
    rpc,
    lines,
    ask: async <Answer>(path: string) => (await (await fetch(`http://127.0.0.1:${adminPort}${path}`)).json()) as Answer,
    end: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
