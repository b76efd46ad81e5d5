import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';

/** envoy.service.discovery.v3.DiscoveryRequest, as far as it is read here. Names as in the .proto files. */
export interface DiscoveryRequest {
  readonly version_info: string;
  readonly node: { readonly id: string; readonly cluster: string; readonly user_agent_name: string } | null;
  readonly resource_names: readonly string[];
  readonly type_url: string;
  readonly response_nonce: string;
  readonly error_detail: { readonly code: number; readonly message: string } | null;
}

/** envoy.service.discovery.v3.DiscoveryResponse. */
export interface DiscoveryResponse {
  readonly version_info: string;
  readonly resources: readonly Any[];
  readonly type_url: string;
  readonly nonce: string;
}

/** google.protobuf.Any. */
export interface Any {
  readonly type_url: string;
  readonly value: Buffer;
}

/** Envoy's API as @grpc/grpc-js-xds ships it, so that both ends of a stream are of one version. */
const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json')), 'deps');

const definitions: PackageDefinition = loadSync(
  [
    'envoy/service/discovery/v3/ads.proto',
    'envoy/config/listener/v3/listener.proto',
    'envoy/config/route/v3/route.proto',
    'envoy/config/cluster/v3/cluster.proto',
    'envoy/config/endpoint/v3/endpoint.proto',
    'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
    'envoy/extensions/filters/http/router/v3/router.proto',
  ],
  {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
    includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => join(FOLDER, name)),
  },
);

/** The aggregated discovery service, as a grpc-js server takes it. */
export const aggregatedDiscoveryService = definitions[
  'envoy.service.discovery.v3.AggregatedDiscoveryService'
] as unknown as ServiceDefinition;

/** Encodes a message of Envoy's API, written as Envoy documents it. @throws Error when there is no such message */
export function encode(typeName: string, message: object): Buffer {
  return messageType(typeName).serialize(message);
}

/** Reads one. */
export function decode(typeName: string, bytes: Buffer): object {
  return messageType(typeName).deserialize(bytes);
}

/** A message in google.protobuf.Any. */
export function pack(typeUrl: string, message: object): Any {
  return { type_url: typeUrl, value: encode(typeUrl.slice(typeUrl.lastIndexOf('/') + 1), message) };
}

function messageType(name: string): MessageTypeDefinition<object, object> {
  const definition = definitions[name];
  if (definition === undefined || !('serialize' in definition)) throw new Error(`Envoy's API has no message ${name}.`);
  return definition as MessageTypeDefinition<object, object>;
}
