import { once } from 'node:events';
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
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServerWritableStream,
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

/**
 * What a service answers: a message, bytes as they are, a stream of messages (which ends with the status it throws), or a status with a
 * google.rpc.Status in `details`.
 */
export type Answer =
  | { readonly json: JsonValue; readonly headers?: Readonly<Record<string, string>> }
  | { readonly bytes: Uint8Array }
  | { readonly stream: AsyncIterable<JsonValue> }
  | {
      readonly code: number;
      readonly message: string;
      readonly details?: Uint8Array;
      readonly trailers?: Readonly<Record<string, string>>;
    };

/** Starts a gRPC server with mutual TLS that offers all methods of the services; `answer` says what, or undefined for an empty message, or stream. */
export async function startService(
  services: readonly DescService[],
  options: { certificates: string; registry: FileRegistry; answer: (call: ReceivedCall) => Promise<Answer | undefined> },
): Promise<{ server: Server; port: number }> {
  const { registry } = options;
  const bytesOf = (method: DescMethod, json: JsonValue): Uint8Array => toBinary(method.output, fromJson(method.output, json, { registry }));
  const unaryHandler =
    (method: DescMethod): handleUnaryCall<Buffer, Uint8Array> =>
    (call, reply) => {
      options.answer(receivedCall(method, call, registry)).then(
        (given = { bytes: toBinary(method.output, create(method.output)) }) => {
          if ('bytes' in given) return reply(null, given.bytes);
          if ('stream' in given) return reply(new Error('This method does not stream'));
          if ('json' in given) {
            if (given.headers !== undefined) call.sendMetadata(metadataOf(given.headers));
            return reply(null, bytesOf(method, given.json));
          }
          return reply(new Refused(given));
        },
        (error: unknown) => reply(error instanceof Error ? error : new Error(String(error))),
      );
    };
  const streamHandler = (method: DescMethod): handleServerStreamingCall<Buffer, Uint8Array> => (call) => {
    const send = async (): Promise<void> => {
      const given = await options.answer(receivedCall(method, call, registry));
      if (given === undefined) return;
      if (!('stream' in given)) throw new Error('This method streams');
      for await (const json of given.stream) if (!call.write(bytesOf(method, json))) await once(call, 'drain');
    };
    send().then(() => call.end(), (error: unknown) => call.emit('error', error));
  }; // prettier-ignore
  const handler = (method: DescMethod) => (method.methodKind === 'server_streaming' ? streamHandler(method) : unaryHandler(method));
  const server = new Server();
  server.addService(health.definition, health.implementation);
  for (const service of services)
    server.addService(definitionOf(service), Object.fromEntries(service.methods.map((method) => [method.name, handler(method)])));
  const read = (name: string): Buffer => readFileSync(join(options.certificates, name));
  const credentials = ServerCredentials.createSsl(read('ca.crt'), [{ cert_chain: read('tls.crt'), private_key: read('tls.key') }], true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { server, port };
}

function receivedCall(
  method: DescMethod,
  call: ServerUnaryCall<Buffer, Uint8Array> | ServerWritableStream<Buffer, Uint8Array>,
  registry: FileRegistry,
): ReceivedCall {
  const deadline = call.getDeadline();
  const certificate = call.getAuthContext().sslPeerCertificate;
  return {
    rpc: `${method.parent.typeName}/${method.name}`,
    metadata: call.metadata,
    request: toJson(method.input, fromBinary(method.input, call.request), { registry }),
    timeLeftMs: Number(deadline instanceof Date ? deadline.getTime() : deadline) - Date.now(),
    peer: { names: certificate?.subjectaltname ?? '', serialNumber: certificate?.serialNumber ?? '' },
  };
}

/** A status that a stream ends with, or an answer is. */
export class Refused extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata = new Metadata();

  constructor({ code, message, details, trailers = {} }: Extract<Answer, { readonly code: number }>) {
    super(message);
    this.code = code;
    this.details = message;
    if (details) this.metadata.set('grpc-status-details-bin', Buffer.from(details));
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, value);
  }
}

function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const unary = { requestStream: false, responseStream: false };
const codec = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };

const definitionOf = (service: DescService): ServiceDefinition<UntypedServiceImplementation> =>
  Object.fromEntries(
    service.methods.map((method) => [
      method.name,
      { path: `/${service.typeName}/${method.name}`, ...unary, responseStream: method.methodKind === 'server_streaming', ...codec },
    ]),
  );

/** grpc.health.v1.Health/Check that always answers SERVING (field 1, value 1). */
const check: handleUnaryCall<Buffer, Uint8Array> = (_call, reply) => reply(null, Uint8Array.of(8, 1));
const health = { definition: { Check: { path: '/grpc.health.v1.Health/Check', ...unary, ...codec } }, implementation: { Check: check } };
