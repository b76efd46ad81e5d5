import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installJaeger } from '../tools/jaeger.ts';
import type { StackContext } from './context.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** Jaeger, built from its Go module in the background the first time; the stack is up without it. */
export function jaegerPart({ home, ports, config }: StackContext): Part {
  const port = ports['jaeger'] ?? 0;
  const health = ports['jaeger_health'] ?? 0;
  let binary = config.SHOPVERSE_JAEGER;
  return {
    name: 'jaeger',
    needs: [],
    address: `http://127.0.0.1:${port}`,
    version: '2.13.0',
    optional: true,
    follower: true,
    ports: ['jaeger', 'jaeger_otlp', 'jaeger_health'],
    fetch: async (progress, signal) => {
      if (binary === '') binary = await installJaeger(config.SHOPVERSE_TOOLS, progress, signal);
    },
    command: async () => {
      const file = join(home.run, 'jaeger.json');
      await writeFile(file, JSON.stringify(jaegerConfig(port, ports['jaeger_otlp'] ?? 0, health)));
      return { file: binary, args: ['--config', file], env: { PATH: process.env['PATH'], GOMEMLIMIT: '200MiB' } };
    },
    ready: (signal) => httpReady(`http://127.0.0.1:${health}/status`, signal),
  };
}

function jaegerConfig(query: number, otlp: number, health: number): object {
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query', 'healthcheckv2'],
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'info' } },
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: `127.0.0.1:${health}` } },
      jaeger_query: {
        storage: { traces: 'memory' },
        ui: { assets_path: join(import.meta.dirname, 'jaeger', 'page') },
        http: { endpoint: `127.0.0.1:${query}` },
        grpc: { endpoint: '127.0.0.1:0' },
      },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 20_000 } } } },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${otlp}` } } } },
    processors: { batch: { timeout: '200ms' } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
}
