import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials as grpcCredentials } from '@grpc/grpc-js';
import { connectShop } from '@shopverse/client/shop';
import { issueCertificate } from '@shopverse/local/parts/certificates';
import { createStack } from '@shopverse/local/stack';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { decodeJwt } from 'jose';
import { grpcLoad } from './edge/grpc-load.ts';
import { closedLoop, openLoop, type Load } from './edge/load.ts';
import { restLoad } from './edge/rest-load.ts';
import { median, percentile } from './median.ts';
import { processCpuMicros } from './process-cpu.ts';
import { startProcess } from './process.ts';
import type { Metric } from './result.ts';
import { runTool, runToolForJson } from './tool.ts';

const IN_FLIGHT = 32;

interface StatusJson {
  readonly parts: readonly { readonly name: string; readonly pid: number | null }[];
}

/** One way to the same answer, and the process that stands in it. */
interface Way {
  readonly load: Load;
  /** Whose CPU is counted; nobody's when the service is called directly. */
  readonly pid: number | undefined;
  readonly cpu: number[];
  readonly perSecond: number[];
}

/**
 * GetProfile of a signed-in user, side by side in interleaved rounds on a whole stack of its own: REST and gRPC through the edge, gRPC directly, and a gateway made of Fastify, jose and
 * grpc-js, all with an access log and every request traced. CPU is that of the edge's, or the gateway's, process alone.
 */
export async function edge({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(folder, 0o755);
  const env = { SHOPVERSE_HOME: join(folder, 'home'), SHOPVERSE_PORTS: 'free' };
  await runTool(['up', '--detach'], env);
  try {
    return await measure(env, quick ? { rounds: 3, calls: 500, seconds: 3 } : { rounds: 7, calls: 3_000, seconds: 15 });
  } finally {
    await runTool(['down'], env);
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  env: Readonly<Record<string, string>>,
  { rounds, calls, seconds }: { rounds: number; calls: number; seconds: number },
): Promise<Metric[]> {
  const { addresses, context, secrets } = await createStack({ environment: { ...process.env, ...env } });
  const { parts } = await runToolForJson<StatusJson>(['status'], env);
  const { accessToken: token } = await connectShop({ baseUrl: addresses.edge }).auth.login(secrets.customer);
  const claims = decodeJwt(token);
  const identity = {
    'x-user-id': String(claims.sub),
    'x-user-role': String(claims['role']),
    'x-user-email': String(claims['email']),
    'x-session-id': String(claims['sid']),
  };
  const user = `127.0.0.1:${context.ports['user'] ?? 0}`;
  const certificates = await issueCertificate(context, 'edge');
  const jwks = `http://127.0.0.1:${context.ports['auth_admin'] ?? 0}/.well-known/jwks.json`;
  const gateway = startProcess(new URL('edge/gateway.ts', import.meta.url), {
    args: [jwks, user, certificates],
    env: addresses.otlp === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: addresses.otlp, OTEL_SERVICE_NAME: 'gateway' },
  });
  const { port } = await gateway.ask<{ port: number }>();
  const envoy = parts.find(({ name }) => name === 'edge')?.pid ?? undefined;
  const way = (load: Load, pid: number | undefined): Way => ({ load, pid, cpu: [], perSecond: [] });
  const mesh = new WorkloadCredentials(certificates).channel('user');
  const ways = {
    rest: way(restLoad(`${addresses.edge}/v1/users/me`, token, IN_FLIGHT), envoy),
    grpc: way(grpcLoad(new URL(addresses.edge).host, grpcCredentials.createInsecure(), { authorization: `Bearer ${token}` }), envoy),
    direct: way(grpcLoad(user, mesh, identity, 'user'), undefined),
    fastify: way(restLoad(`http://127.0.0.1:${port}/v1/users/me`, token, IN_FLIGHT), gateway.child.pid),
  };
  try {
    for (const { load } of Object.values(ways)) await closedLoop(load, calls, IN_FLIGHT);
    for (let round = 0; round < rounds; round += 1) {
      for (const { load, pid, cpu, perSecond } of Object.values(ways)) {
        const before = pid === undefined ? 0 : processCpuMicros(pid);
        const ms = await closedLoop(load, calls, IN_FLIGHT);
        if (pid !== undefined) cpu.push((processCpuMicros(pid) - before) / calls);
        perSecond.push((calls / ms) * 1_000);
      }
    }
    const [rest, grpc, fastify] = [ways.rest, ways.grpc, ways.fastify].map(({ cpu }) => median(cpu)) as [number, number, number];
    const [most, direct, others] = [ways.rest, ways.direct, ways.fastify].map(({ perSecond }) => median(perSecond)) as [
      number,
      number,
      number,
    ];
    const took = await openLoop(ways.rest.load, most / 2, seconds);
    return [
      { metric: 'edge_rest_cpu_us', value: rest, unit: 'us/request', runs: rounds },
      { metric: 'edge_grpc_cpu_us', value: grpc, unit: 'us/request', runs: rounds },
      { metric: 'fastify_cpu_us', value: fastify, unit: 'us/request', runs: rounds },
      {
        metric: 'edge_vs_fastify_cpu_ratio',
        value: rest / fastify,
        unit: 'x',
        baseline: fastify,
        ratio: rest / fastify,
        goal: '<= 0.5',
        runs: rounds,
      },
      { metric: 'edge_rest_per_second', value: most, unit: 'requests/s', baseline: others, runs: rounds },
      { metric: 'edge_vs_direct_ratio', value: most / direct, unit: 'x', baseline: direct, ratio: most / direct, runs: rounds },
      { metric: 'p50_half_load_ms', value: median(took), unit: 'ms', runs: 1 },
      { metric: 'p99_half_load_ms', value: percentile(took, 0.99), unit: 'ms', runs: 1 },
    ];
  } finally {
    for (const { load } of Object.values(ways)) load.close();
    await gateway.stop();
  }
}
