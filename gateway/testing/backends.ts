import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { publicServices } from '../bootstrap.ts';
import type { Descriptors } from '../contract/descriptors.ts';
import { listMethods } from '../contract/methods.ts';
import { startService, type Answer, type ReceivedCall } from './recorded-service.ts';
import { startSilentService } from './silent-service.ts';

/** Answers a call. */
export type Responder = (call: ReceivedCall) => Answer | Promise<Answer>;

/** All services of the contracts that have something for the world behind real gRPC servers with mutual TLS, internal methods included. */
export interface Backends {
  /** For EDGE_UPSTREAMS. */
  readonly upstreams: string;
  /** Every call since the last `reset`. */
  readonly calls: ReceivedCall[];
  /** Answers the calls of a method from now on; without it a method answers its empty message. */
  on(rpc: string, responder: Responder): void;
  /** Forgets calls and responders. */
  reset(): void;
  /** Ends one service at once. */
  kill(service: string): void;
  /** Closes the connections of one service; it goes on. */
  disconnect(service: string): void;
  /** Issues the identity of a workload, or a new one in its place; gives its folder. */
  identity(workload: string): Promise<string>;
  stop(): Promise<void>;
}

/** How some of the services are not as they should be. */
export interface Oddities {
  /** Services that show the identity of another workload. */
  readonly identities?: Readonly<Record<string, string>>;
  /** Services that never answer a call. */
  readonly silent?: readonly string[];
}

/** Starts a server for each workload, each with a certificate of its own and all services of its package. */
export async function startBackends({ registry }: Descriptors, { identities = {}, silent = [] }: Oddities = {}): Promise<Backends> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-backends-'));
  const authority = await CertificateAuthority.open(join(folder, 'authority'));
  const identity = async (workload: string): Promise<string> => {
    await authority.issueInto(join(folder, workload), workload);
    return join(folder, workload);
  };
  const calls: ReceivedCall[] = [];
  const responders = new Map<string, Responder>();
  const answer = async (call: ReceivedCall): Promise<Answer | undefined> => {
    calls.push(call);
    return responders.get(call.rpc)?.(call);
  };
  const servers = new Map<string, { server: Server; port: number }>();
  const silentServers: (() => void)[] = [];
  const upstreams: string[] = [];
  const open = new Set(publicServices(listMethods(registry)));
  const services = [...registry.files].flatMap((file) => file.services).filter(({ typeName }) => open.has(typeName));
  const workloads = Map.groupBy(services, ({ file }) => file.proto.package.split('.')[1] ?? '');
  for (const [workload, offered] of workloads) {
    const certificates = await identity(identities[workload] ?? workload);
    if (silent.includes(workload)) {
      const { port, stop } = await startSilentService(certificates);
      silentServers.push(stop);
      upstreams.push(`${workload}=127.0.0.1:${port}`);
      continue;
    }
    const started = await startService(offered, { certificates, registry, answer });
    servers.set(workload, started);
    upstreams.push(`${workload}=127.0.0.1:${started.port}`);
  }
  return {
    upstreams: upstreams.join(','),
    calls,
    on: (rpc, responder) => void responders.set(rpc, responder),
    reset: () => (calls.splice(0), responders.clear()),
    kill: (service) => servers.get(service)?.server.forceShutdown(),
    disconnect: (service) => {
      const started = servers.get(service);
      started?.server.drain(`127.0.0.1:${started.port}`, 0);
    },
    identity,
    stop: async () => {
      for (const { server } of servers.values()) server.forceShutdown();
      for (const stop of silentServers) stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
