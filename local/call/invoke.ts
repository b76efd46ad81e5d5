import { fromBinary, fromJson, toBinary, toJson, type DescMessage, type JsonValue, type Registry } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { Client, status, type ChannelCredentials, type Metadata, type StatusObject } from '@grpc/grpc-js';
import { Status } from '@shopverse/contracts/google/rpc/status';
import { StackError } from '../stack-error.ts';
import type { DynamicMethod, Methods } from './methods.ts';

/** Where to call, as whom, and with what. */
export interface Invocation {
  readonly target: string;
  readonly credentials: ChannelCredentials;
  /** proto3 JSON of the request. */
  readonly request: JsonValue;
  readonly metadata: Metadata;
  /** For the whole call, in milliseconds. */
  readonly timeoutMs: number;
  /** Each answer as it comes: one, or many of a stream. proto3 JSON. */
  readonly onAnswer: (answer: JsonValue) => void;
}

/** How a call ended. */
export interface Outcome {
  /** "OK", "NOT_FOUND" */
  readonly status: string;
  readonly message: string;
  /** The details of google.rpc.Status, proto3 JSON. */
  readonly details: readonly JsonValue[];
  readonly trailers: Readonly<Record<string, string>>;
}

const DETAILS = 'grpc-status-details-bin';

/** Calls a method by its descriptors alone. @throws StackError when the request is no JSON of the method's message */
export async function invoke({ registry }: Methods, method: DynamicMethod, call: Invocation): Promise<Outcome> {
  const request = encode(registry, method, call.request);
  const response = messageOf(registry, method.response);
  const client = new Client(call.target, call.credentials, { 'grpc.ssl_target_name_override': method.workload });
  const deadline = Date.now() + call.timeoutMs;
  const answer = (bytes: Buffer): void =>
    // As the edge answers: fields that are empty are shown.
    call.onAnswer(toJson(response, fromBinary(response, bytes), { registry, alwaysEmitImplicit: true }));
  try {
    return await new Promise<Outcome>((resolve) => {
      const ended = (ending: StatusObject) => resolve(outcomeOf(registry, ending));
      const [path, asIs] = [`/${method.name}`, (bytes: Buffer) => bytes];
      // A unary answer is a stream of one: the same words serve both.
      const stream = client.makeServerStreamRequest(path, asIs, asIs, request, call.metadata, { deadline });
      stream.on('data', answer);
      stream.on('error', () => undefined); // The status says it all.
      stream.on('status', ended);
    });
  } finally {
    client.close();
  }
}

function encode(registry: Registry, { request }: DynamicMethod, json: JsonValue): Buffer {
  const message = messageOf(registry, request);
  try {
    return Buffer.from(toBinary(message, fromJson(message, json, { registry })));
  } catch (error) {
    throw new StackError(`The request is no ${request}: ${(error as Error).message}.`, { cause: error });
  }
}

function messageOf(registry: Registry, name: string): DescMessage {
  const message = registry.getMessage(name);
  if (message === undefined) throw new StackError(`The contracts have no message ${name}.`);
  return message;
}

function outcomeOf(registry: Registry, { code, details: message, metadata }: StatusObject): Outcome {
  const [bytes] = metadata.get(DETAILS);
  const anys = Buffer.isBuffer(bytes) ? Status.decode(bytes).details : [];
  const details = anys.map(({ typeUrl, value }) => toJson(AnySchema, { $typeName: 'google.protobuf.Any', typeUrl, value }, { registry }));
  const trailers = Object.fromEntries(
    Object.entries(metadata.getMap()).flatMap(([key, value]) => (key === DETAILS ? [] : [[key, String(value)]])),
  );
  return { status: status[code] ?? String(code), message, details, trailers };
}
