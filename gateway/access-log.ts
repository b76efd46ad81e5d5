import type { Extension } from './envoy.ts';
import { answeredStatus } from './filters/notes.ts';
import { claims } from './filters/jwt.ts';

/**
 * The gRPC code a service or the edge answered, as a number. Envoy's own GRPC_STATUS would guess it from the HTTP status of a transcoded
 * error, where several codes are one.
 */
const grpcStatus = `%COALESCE(${JSON.stringify({
  operators: [
    { command: 'DYNAMIC_METADATA', param: `${answeredStatus.namespace}:${answeredStatus.key}` },
    { command: 'RESP', param: 'GRPC-STATUS' },
    { command: 'TRAILER', param: 'GRPC-STATUS' },
  ],
})})%`;

const logger = (message: string): string => `type.googleapis.com/envoy.extensions.access_loggers.${message}`;

/**
 * One JSON line a request. Method and path are the client's own (after transcoding they are POST and the RPC's), the path without its
 * query, which may hold what is nobody's business. The request id is the answer's, as requests refused at once have none of their own.
 */
export const accessLog = (file: string): Extension => ({
  name: file === '/dev/stdout' ? 'envoy.access_loggers.stdout' : 'envoy.access_loggers.file',
  typed_config: {
    // Not the file /dev/stdout: that cannot be opened when standard output is a socket, as it is for children of Node.
    ...(file === '/dev/stdout'
      ? { '@type': logger('stream.v3.StdoutAccessLog') }
      : { '@type': logger('file.v3.FileAccessLog'), path: file }),
    log_format: {
      json_format: {
        time: '%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%',
        method: '%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%',
        path: '%PATH(NQ:ORIG_OR_PATH)%',
        protocol: '%PROTOCOL%',
        rpc: '%ROUTE_NAME%',
        status: '%RESPONSE_CODE%',
        grpc_status: grpcStatus,
        flags: '%RESPONSE_FLAGS%',
        response_code_details: '%RESPONSE_CODE_DETAILS%',
        duration_ms: '%DURATION%',
        upstream: '%UPSTREAM_HOST%',
        attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
        client: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
        request_id: '%RESP(X-REQUEST-ID)%',
        trace_id: '%TRACE_ID%',
        user_id: `%DYNAMIC_METADATA(${claims.filter}:${claims.key}:sub)%`,
        bytes_received: '%BYTES_RECEIVED%',
        bytes_sent: '%BYTES_SENT%',
      },
    },
  },
});
