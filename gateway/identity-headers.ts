import type { EdgeConfig } from './settings.ts';
import { traceMutations } from './trace-context.ts';

/**
 * Who calls, as the services are told in gRPC metadata, and the claim of the verified token each header comes from. The name is not among
 * them: people put into it what no header can hold (gRPC metadata is ASCII), and Envoy hands claims on as they are.
 */
export const identityHeaders = {
  'x-user-id': 'sub',
  'x-user-role': 'role',
  'x-user-email': 'email',
  'x-session-id': 'sid',
} as const;

/**
 * Headers that mean something inside and must not come from outside. Identity headers are named one by one, as the prefix x-user- would
 * also take gRPC-Web's x-user-agent away.
 */
const internalHeaders = [
  ...Object.keys(identityHeaders),
  'x-user-name',
  // The edge gives each request an id of its own, which the caller reads in the answer.
  'x-request-id',
  'baggage',
  'grpc-trace-bin',
  'grpc-tags-bin',
  'x-client-trace-id',
  // What proxies say about the client; x-forwarded-for and -proto are Envoy's own business.
  'forwarded',
  'x-forwarded-host',
  'x-real-ip',
  'true-client-ip',
  // A verb is what the request line says.
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
];

/** Prefixes that only Envoy itself and the mesh use: retries, timeouts, original path, tracing by force. */
const internalPrefixes = ['x-envoy-', 'x-shopverse-', 'x-b3-'];

/** Removes internal headers before anything else sees the request (http.early_header_mutation), and so on every route there is or will be. */
export const stripInternalHeaders = (config: EdgeConfig) => ({
  name: 'strip-internal-headers',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
    mutations: [
      ...internalHeaders.map((remove) => ({ remove })),
      ...internalPrefixes.map((prefix) => ({ remove_on_match: { key_matcher: { prefix } } })),
      ...traceMutations[config.EDGE_TRACE_CONTEXT],
    ],
  },
});
