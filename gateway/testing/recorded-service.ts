import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  create,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMethod,
  type DescService,
  type FileRegistry,
  type JsonValue,
} from '@bufbuild/protobuf';
import {
  Metadata,
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

/** A call as it reached a service. */
export interface ReceivedCall {
  readonly rpc: string;
  readonly metadata: Metadata;
  readonly request: JsonValue;
  /** Milliseconds the service was given, as its deadline says. */
  readonly timeLeftMs: number;
  /** Of the certificate that the caller showed. */
  readonly peer: { readonly names: string; readonly serialNumber: string };
}

/** What a service answers: a message, bytes as they are, or a status with a google.rpc.Status in `details`. */
export type Answer =
  | { readonly json: JsonValue }
  | { readonly bytes: Uint8Array }
  | { readonly code: number; readonly message: string; readonly details?: Uint8Array };

/** Starts a gRPC server with mutual TLS that offers all methods of the service; `answer` says what, or undefined for an empty message. */
export async function startService(
  service: DescService,
  options: { certificates: string; registry: FileRegistry; answer: (call: ReceivedCall) => Promise<Answer | undefined> },
): Promise<{ server: Server; port: number }> {
  const handler = (method: DescMethod): handleUnaryCall<Buffer, Uint8Array> => (call, reply) => {
    const deadline = call.getDeadline();
    const certificate = call.getAuthContext().sslPeerCertificate;
    const received: ReceivedCall = {
      rpc: `${service.typeName}/${method.name}`,
      metadata: call.metadata,
      request: toJson(method.input, fromBinary(method.input, call.request), { registry: options.registry }),
      timeLeftMs: Number(deadline instanceof Date ? deadline.getTime() : deadline) - Date.now(),
      peer: { names: certificate?.subjectaltname ?? '', serialNumber: certificate?.serialNumber ?? '' },
    };
    options.answer(received).then(
      (given = { bytes: toBinary(method.output, create(method.output)) }) => {
        if ('bytes' in given) return reply(null, given.bytes);
        if ('json' in given) return reply(null, toBinary(method.output, fromJson(method.output, given.json, { registry: options.registry })));
        const metadata = new Metadata();
        if (given.details) metadata.set('grpc-status-details-bin', Buffer.from(given.details));
        return reply({ name: 'Refused', code: given.code, message: given.message, details: given.message, metadata });
      },
      (error: unknown) => reply(error instanceof Error ? error : new Error(String(error))),
    );
  }; // prettier-ignore
  const server = new Server();
  server.addService(health.definition, health.implementation);
  server.addService(definitionOf(service), Object.fromEntries(service.methods.map((method) => [method.name, handler(method)])));
  const read = (name: string): Buffer => readFileSync(join(options.certificates, name));
  const credentials = ServerCredentials.createSsl(read('ca.crt'), [{ cert_chain: read('tls.crt'), private_key: read('tls.key') }], true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { server, port };
}

const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const unary = { requestStream: false, responseStream: false };
const codec = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };

const definitionOf = (service: DescService): ServiceDefinition<UntypedServiceImplementation> =>
  Object.fromEntries(service.methods.map((method) => [method.name, { path: `/${service.typeName}/${method.name}`, ...unary, ...codec }]));

/** grpc.health.v1.Health/Check that always answers SERVING (field 1, value 1). */
const check: handleUnaryCall<Buffer, Uint8Array> = (_call, reply) => reply(null, Uint8Array.of(8, 1));
const health = { definition: { Check: { path: '/grpc.health.v1.Health/Check', ...unary, ...codec } }, implementation: { Check: check } };
