import { httpFilter, httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';

const message = 'grpc_json_transcoder.v3.GrpcJsonTranscoder';

/**
 * Turns REST into gRPC by google.api.http and back. It stands before authentication: it rewrites the path to the RPC's and lets the route
 * be chosen anew, so that what follows knows one name of a method, however it was called.
 */
export function transcoderFilter(options: {
  descriptorFile: string;
  services: readonly string[];
  maxBodyBytes: number;
  maxAnswerBytes: number;
}): Extension {
  return httpFilter('grpc_json_transcoder', message, {
    proto_descriptor: options.descriptorFile,
    services: options.services,
    // Not by /package.Service/Method: a method has the REST path of its option and no other.
    auto_mapping: false,
    convert_grpc_status: true,
    query_param_unescape_plus: true,
    max_request_body_size: options.maxBodyBytes,
    max_response_body_size: options.maxAnswerBytes,
    // Streams as an array, of which jsonLinesFilter makes lines.
    print_options: { always_print_primitive_fields: true },
    request_validation_options: {
      reject_unknown_method: true,
      reject_unknown_query_parameters: true,
      reject_binding_body_field_collisions: true,
    },
  });
}

/** On a route that is no RPC: it would be refused as an unknown method otherwise. */
export const notTranscoded: TypedConfig = { '@type': httpFilterType(message), proto_descriptor_bin: '', services: [] };
