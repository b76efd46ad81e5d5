import { filterName, httpFilter, type Extension } from '../envoy.ts';

/** Dynamic metadata under which the gRPC status of a service's error lies, for the access log. */
export const answeredStatus = { namespace: filterName('header_to_metadata'), key: 'grpc_status' } as const;

/**
 * Notes, nearer to the service than the transcoder, what is lost or out of reach further out: the status of an error answer, before an HTTP status is made of it,
 * and which answer the client has already, for `conditionalFilter`.
 */
export const notesFilter: Extension = httpFilter('header_to_metadata', 'header_to_metadata.v3.Config', {
  request_rules: [
    { header: 'if-none-match', on_header_present: { metadata_namespace: 'shopverse.conditional', key: 'known', type: 'STRING' } },
  ],
  response_rules: [
    { header: 'grpc-status', on_header_present: { metadata_namespace: answeredStatus.namespace, key: answeredStatus.key, type: 'STRING' } },
  ],
});
