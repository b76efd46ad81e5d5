import { cpuMicros, startProcess, type BenchProcess } from '../../process.ts';
import { CALLEE, isFound, isMesh, type Variant } from './call.ts';

/** A client and a server of one variant, and what they cost so far. */
export interface Pair {
  readonly server: BenchProcess;
  readonly client: BenchProcess;
  /** Microseconds of CPU a call, both ends together, by round. */
  readonly cpuPerCall: number[];
}

/** How a pair is made. */
export interface PairOptions {
  /** Certificates of caller and callee. */
  readonly folder: string;
  /** host:port of the control plane, for variants that are found by it. */
  readonly controlPlane?: string;
  /** Called with the server's port before the client starts. */
  readonly listening?: (port: number) => Promise<void>;
}

/** Starts both ends; the client is ready to be told how many calls to make. */
export async function startPair(variant: Variant, { folder, controlPlane = '', listening }: PairOptions): Promise<Pair> {
  const telemetry = isMesh(variant);
  // The trace of a call from outside begins at the edge, which decides; here the share that is kept by default in production.
  const env = { OTEL_TRACES_SAMPLER_ARG: '0.05', OTEL_EXPORTER_OTLP_ENDPOINT: '' };
  const server = startProcess(new URL('server.ts', import.meta.url), { args: [variant, folder], telemetry, env });
  const { port } = await server.ask<{ port: number }>();
  await listening?.(port);
  const target = isFound(variant) ? `xds:///${CALLEE}` : `127.0.0.1:${port}`;
  const client = startProcess(new URL('client.ts', import.meta.url), { args: [variant, folder, target, controlPlane], telemetry, env });
  await client.ask();
  return { server, client, cpuPerCall: [] };
}

/** Makes so many calls, and notes what they cost. */
export async function measurePair({ server, client, cpuPerCall }: Pair, calls: number): Promise<void> {
  const before = await server.ask<{ cpu: NodeJS.CpuUsage }>({});
  const { cpu } = await client.ask<{ cpu: NodeJS.CpuUsage }>({ calls });
  const after = await server.ask<{ cpu: NodeJS.CpuUsage }>({});
  cpuPerCall.push((cpuMicros(cpu) + cpuMicros(after.cpu) - cpuMicros(before.cpu)) / calls);
}
