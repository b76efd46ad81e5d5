import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { MethodDefinition } from '@grpc/grpc-js';

/** A message's code, as ts-proto generates it. */
export interface MessageType<Message> {
  encode(message: Message, writer?: BinaryWriter): { finish(): Uint8Array };
  decode(input: Uint8Array | BinaryReader, length?: number): Message;
}

/** A method of a contract. */
export interface RpcMethod<Request, Response> {
  readonly name: string;
  readonly requestType: MessageType<Request>;
  readonly requestStream: boolean;
  readonly responseType: MessageType<Response>;
  readonly responseStream: boolean;
  readonly options: { readonly idempotencyLevel?: 'IDEMPOTENT' | 'NO_SIDE_EFFECTS' };
}

/** What all methods have in common, whatever their messages. */
interface AnyMethod {
  readonly name: string;
  readonly requestType: unknown;
  readonly requestStream: boolean;
  readonly responseType: unknown;
  readonly responseStream: boolean;
  readonly options: object;
}

/** A service of a contract, as ts-proto generates it (generic definitions). */
export interface ServiceDefinition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: Readonly<Record<string, AnyMethod>>;
}

/** The request message of a method. */
export type RequestOf<Method> = Method extends { readonly requestType: MessageType<infer Request> } ? Request : never;
/** The response message of a method. */
export type ResponseOf<Method> = Method extends { readonly responseType: MessageType<infer Response> } ? Response : never;

/** The methods of a service, by their key in the code (`createOrder`), as the code below the types handles them. */
export function methodsOf(definition: ServiceDefinition): [key: string, method: RpcMethod<object, object>][] {
  return Object.entries(definition.methods as Record<string, RpcMethod<object, object>>);
}

/** `/shopverse.order.v1.OrderService/CreateOrder` */
export function methodPath(definition: ServiceDefinition, method: { readonly name: string }): string {
  return `/${definition.fullName}/${method.name}`;
}

/**
 * The method as grpc-js wants it. Requests come in as bytes and are decoded by the mesh, so that bytes that are no message of the method are the caller's
 * mistake (INVALID_ARGUMENT) and not ours.
 */
export function grpcMethod(definition: ServiceDefinition, method: RpcMethod<object, object>): MethodDefinition<Buffer, object> {
  return {
    path: methodPath(definition, method),
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: (message) => toBuffer(method.responseType.encode(message).finish()),
    responseDeserialize: (bytes) => method.responseType.decode(bytes),
  };
}

/** The same bytes as a Buffer, without a copy. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
