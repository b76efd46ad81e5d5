import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadPackageDefinition, Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** What an edge asked for: the entries of each descriptor, as `key=value`. */
export interface Asked {
  readonly domain: string;
  readonly descriptors: readonly string[];
}

interface Request {
  readonly domain: string;
  readonly descriptors: readonly { readonly entries: readonly { readonly key: string; readonly value: string }[] }[];
}

const deps = join(dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json')), 'deps');

/**
 * A rate limit service (envoy.service.ratelimit.v3) with mutual TLS that counts calls for ever and takes `limit` of each descriptor with `counted`
 * in it; it tells of all it was asked.
 */
export async function startRateLimitService(certificates: string, { counted, limit }: { counted: string; limit: number }) {
  const definition = loadSync('envoy/service/ratelimit/v3/rls.proto', {
    includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => join(deps, name)),
    enums: String,
  });
  const service = loadPackageDefinition(definition) as unknown as {
    envoy: { service: { ratelimit: { v3: { RateLimitService: { service: Parameters<Server['addService']>[0] } } } } };
  };
  const asked: Asked[] = [];
  const counts = new Map<string, number>();
  const server = new Server();
  server.addService(service.envoy.service.ratelimit.v3.RateLimitService.service, {
    ShouldRateLimit: ({ request }: ServerUnaryCall<Request, unknown>, reply: sendUnaryData<unknown>) => {
      const descriptors = request.descriptors.map(({ entries }) => entries.map(({ key, value }) => `${key}=${value}`).join(' '));
      asked.push({ domain: request.domain, descriptors });
      const statuses = descriptors.map((name) => {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return { code: name.includes(counted) && (counts.get(name) ?? 0) > limit ? 'OVER_LIMIT' : 'OK' };
      });
      reply(null, { overallCode: statuses.some(({ code }) => code === 'OVER_LIMIT') ? 'OVER_LIMIT' : 'OK', statuses });
    },
  });
  const read = (name: string) => readFileSync(join(certificates, name));
  const credentials = ServerCredentials.createSsl(read('ca.crt'), [{ cert_chain: read('tls.crt'), private_key: read('tls.key') }], true);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error))),
  );
  return { port, asked, stop: () => server.forceShutdown() };
}
