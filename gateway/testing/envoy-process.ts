import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readConfig } from '@shopverse/mesh/config/read';
import { edgeFiles } from '../bootstrap.ts';
import { envoyArguments } from '../envoy-arguments.ts';
import type { Descriptors } from '../contract/descriptors.ts';
import { filesIn, writeFiles } from '../files.ts';
import { readReference } from '../reference/assets.ts';
import { settings } from '../settings.ts';
import { envoyBinary } from './envoy-binary.ts';
import { eventually } from './eventually.ts';

/** An edge that runs: the real Envoy with the configuration of the contracts. */
export interface Edge {
  readonly port: number;
  readonly adminPort: number;
  /** Lines of the access log so far. */
  accessLog(): Record<string, unknown>[];
  /** "running", or what ended the process. */
  state(): string;
  stop(): Promise<void>;
}

/** Renders and starts an edge on free ports; resolves when its listener answers and its services serve, but for so many. `environment` as in settings.ts. */
export async function startEdge(descriptors: Descriptors, environment: Readonly<Record<string, string>>, unhealthy = 0): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-'));
  const adminFile = join(folder, 'admin-address');
  const files = filesIn(folder);
  const config = readConfig(settings, { EDGE_LISTEN: '127.0.0.1:0', EDGE_ADMIN_LISTEN: '127.0.0.1:0', ...environment });
  await writeFiles(edgeFiles(config, descriptors, files, await readReference(config.EDGE_OPENAPI)));
  const envoy = spawn(await envoyBinary(), [...envoyArguments(files.bootstrap), '--admin-address-path', adminFile, '--log-level', 'warn'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface(envoy.stdout).on('line', (line) => log.push(line));
  let ended: string | undefined;
  let complaints = '';
  envoy.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4_000)));
  const exit = new Promise<void>((resolve) =>
    envoy.once('exit', (code, signal) => ((ended = `ended by ${signal ?? `exit code ${code}`}`), resolve())),
  );
  const stop = async (): Promise<void> => {
    envoy.kill('SIGKILL');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  const ready = async (): Promise<Edge> => {
    const adminPort = await eventually(async () => Number((await readFile(adminFile, 'utf8')).split(':').at(-1)) || undefined);
    const port = await eventually(async () => listenerPort(adminPort));
    // With TLS the test asks for itself.
    if (config.EDGE_TLS === '') await eventually(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok || undefined);
    await eventually(async () => (await healthyServices(adminPort)) >= config.EDGE_UPSTREAMS.size - unhealthy || undefined);
    return {
      port,
      adminPort,
      state: () => ended ?? 'running',
      stop,
      accessLog: () => log.map((line) => JSON.parse(line) as Record<string, unknown>),
    };
  };
  try {
    return await Promise.race([ready(), exit.then(() => Promise.reject(new Error(`Envoy ${ended}: ${complaints}`)))]);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listenerPort(adminPort: number): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/listeners?format=json`);
  const { listener_statuses = [] } = (await answer.json()) as {
    listener_statuses?: { local_address: { socket_address: { port_value: number } } }[];
  };
  return listener_statuses[0]?.local_address.socket_address.port_value;
}

/** How many services have answered that they serve. One that is slow to do so at first, on a busy machine, is asked again. */
async function healthyServices(adminPort: number): Promise<number> {
  const stats = await (await fetch(`http://127.0.0.1:${adminPort}/stats?filter=health_check.success`)).text();
  return stats.split('\n').filter((line) => /: [1-9]/.test(line)).length;
}
