import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary, fromJson, toBinary, toJson, type DescMethod, type JsonValue } from '@bufbuild/protobuf';
import {
  Metadata,
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import type { Descriptors } from '../contract/descriptors.ts';

/** A call as it reached a backend. */
export interface ReceivedCall {
  readonly rpc: string;
  readonly metadata: Metadata;
  readonly request: JsonValue;
  readonly bytes: Buffer;
  /** Milliseconds the backend was given, as its deadline says. */
  readonly timeLeftMs: number;
}

/** What a backend answers: a message, bytes as they are, or a status. */
export type Answer =
  | { readonly json: JsonValue }
  | { readonly bytes: Uint8Array }
  | { readonly code: number; readonly message: string; readonly details?: Uint8Array };

/** Answers a call. */
export type Responder = (call: ReceivedCall) => Answer | Promise<Answer>;

/** All services of the contracts behind real gRPC servers with mutual TLS, internal methods included. */
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
  /** Issues the identity of a workload; gives its folder. */
  identity(workload: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server for each service, each with a certificate of its own. `identities` gives a service another workload's certificate. */
export async function startBackends({ registry }: Descriptors, identities: Readonly<Record<string, string>> = {}): Promise<Backends> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-backends-'));
  const authority = await CertificateAuthority.open(join(folder, 'authority'));
  const identity = async (workload: string): Promise<string> => {
    await authority.issueInto(join(folder, workload), workload);
    return join(folder, workload);
  };
  const calls: ReceivedCall[] = [];
  const responders = new Map<string, Responder>();
  const answer = async (method: DescMethod, call: ReceivedCall): Promise<Answer> => {
    calls.push(call);
    return (await responders.get(call.rpc)?.(call)) ?? { bytes: toBinary(method.output, fromJson(method.output, {}, { registry })) };
  };
  const handler = (method: DescMethod): handleUnaryCall<Buffer, Uint8Array> => (call, reply) => {
    const deadline = call.getDeadline();
    const request = toJson(method.input, fromBinary(method.input, call.request), { registry });
    const received: ReceivedCall = {
      rpc: `${method.parent.typeName}/${method.name}`,
      metadata: call.metadata,
      request,
      bytes: call.request,
      timeLeftMs: Number(deadline instanceof Date ? deadline.getTime() : deadline) - Date.now(),
    };
    answer(method, received).then(
      (given) => {
        if ('json' in given) return reply(null, toBinary(method.output, fromJson(method.output, given.json, { registry })));
        if ('bytes' in given) return reply(null, given.bytes);
        const metadata = new Metadata();
        if (given.details) metadata.set('grpc-status-details-bin', Buffer.from(given.details));
        return reply({ name: 'Refused', code: given.code, message: given.message, details: given.message, metadata });
      },
      (error: unknown) => reply(error instanceof Error ? error : new Error(String(error))),
    );
  }; // prettier-ignore

  const services = [...registry.files].filter((file) => file.proto.package.startsWith('shopverse.')).flatMap((file) => file.services);
  const servers = new Map<string, Server>();
  const upstreams: string[] = [];
  for (const service of services) {
    const workload = service.file.proto.package.split('.')[1] ?? '';
    const certificates = await identity(identities[workload] ?? workload);
    const read = (name: string): Buffer => readFileSync(join(certificates, name));
    const server = new Server();
    server.addService(health.definition, health.implementation);
    server.addService(definitionOf(service.methods), Object.fromEntries(service.methods.map((method) => [method.name, handler(method)])));
    const credentials = ServerCredentials.createSsl(read('ca.crt'), [{ cert_chain: read('tls.crt'), private_key: read('tls.key') }], true);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    servers.set(workload, server);
    upstreams.push(`${workload}=127.0.0.1:${port}`);
  }
  return {
    upstreams: upstreams.join(','),
    calls,
    on: (rpc, responder) => void responders.set(rpc, responder),
    reset: () => (calls.splice(0), responders.clear()),
    kill: (service) => servers.get(service)?.forceShutdown(),
    identity,
    stop: async () => {
      for (const server of servers.values()) server.forceShutdown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const serialization = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };

const definitionOf = (methods: readonly DescMethod[]): ServiceDefinition<UntypedServiceImplementation> =>
  Object.fromEntries(
    methods.map((method) => [
      method.name,
      { path: `/${method.parent.typeName}/${method.name}`, requestStream: false, responseStream: false, ...serialization },
    ]),
  );

/** grpc.health.v1.Health/Check that always answers SERVING (field 1, value 1). */
const check: handleUnaryCall<Buffer, Uint8Array> = (_call, reply) => reply(null, Uint8Array.of(8, 1));
const health = {
  definition: { Check: { path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false, ...serialization } },
  implementation: { Check: check },
};
