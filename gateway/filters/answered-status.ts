import { filterName, httpFilter, type Extension } from '../envoy.ts';

/** Dynamic metadata under which the gRPC status of a service's error lies, for the access log. */
export const answeredStatus = { namespace: filterName('header_to_metadata'), key: 'grpc_status' } as const;

/** Notes the status of an error answer before the transcoder, on the answer's way out, makes an HTTP status of it. */
export const answeredStatusFilter: Extension = httpFilter('header_to_metadata', 'header_to_metadata.v3.Config', {
  response_rules: [
    { header: 'grpc-status', on_header_present: { metadata_namespace: answeredStatus.namespace, key: answeredStatus.key, type: 'STRING' } },
  ],
});
