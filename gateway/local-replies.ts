import type { FileRegistry } from '@bufbuild/protobuf';
import { ContractError } from './contract/contract-error.ts';
import type { RestRule } from './contract/methods.ts';
import { readReasons } from './contract/reasons.ts';
import { errorStatus, statusDetails, withIds } from './error-info.ts';
import { httpStatus } from '@shopverse/contracts/http-status';
import { refusals, type Refusal } from './refusals.ts';
import { verbRefusals } from './verb-refusals.ts';

/**
 * Gives the edge's own refusals the shape of the services' errors (HttpConnectionManager.local_reply_config): JSON over REST; status,
 * message and details in headers over gRPC and gRPC-Web. Throws ContractError when a refusal's reason is not in the contract.
 */
export function localReplies(registry: FileRegistry, rules: readonly RestRule[]) {
  const reasons = readReasons(registry);
  const ofVerbs = verbRefusals(rules);
  const mappers = [...ofVerbs, ...refusals].flatMap((refusal) => {
    const code = reasons.get(refusal.reason);
    if (code === undefined)
      throw new ContractError(`The edge refuses with ${refusal.reason}, which shopverse.errors.v1.Reason does not have.`);
    // Paths with verbs are REST's alone.
    return ofVerbs.includes(refusal) ? [restMapper(refusal, code)] : [restMapper(refusal, code), grpcMapper(refusal, code, registry)];
  });
  return { mappers };
}

const restMapper = (refusal: Refusal, code: number) => ({
  filter: all(restCaller, isError, attributes(refusal.when)),
  status_code: refusal.status ?? httpStatus(code),
  // The gRPC status is in the headers of a service's transcoded answers too.
  headers_to_add: answerHeaders({ ...refusal.headers, 'grpc-status': String(code) }),
  body_format_override: {
    content_type: 'application/json',
    json_format: withIds(errorStatus(code, refusal.reason, refusal.explained ? `${refusal.message}: %LOCAL_REPLY_BODY%` : refusal.message)),
  },
});

/**
 * Native gRPC callers get HTTP 200 whatever is said here. For gRPC-Web callers Envoy makes grpc-status of the HTTP status, which knows fewer
 * codes; the details have the exact one.
 */
const grpcMapper = (refusal: Refusal, reasonCode: number, registry: FileRegistry) => ({
  filter: all(grpcCaller, isError, attributes(refusal.when)),
  status_code: refusal.status ?? httpStatus(reasonCode),
  headers_to_add: answerHeaders({
    ...refusal.headers,
    'grpc-status': String(refusal.grpcCode ?? reasonCode),
    'grpc-status-details-bin': statusDetails(registry, errorStatus(refusal.grpcCode ?? reasonCode, refusal.reason, refusal.message)),
  }),
  body_format_override: {
    text_format_source: { inline_string: refusal.explained ? `${refusal.message}: %LOCAL_REPLY_BODY%` : refusal.message },
  },
});

/** Beside the refusal's own: an id for requests that were refused before they had one. */
const answerHeaders = (headers: Readonly<Record<string, string>> = {}) => [
  ...Object.entries(headers).map(([key, value]) => ({ header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' })),
  { header: { key: 'x-request-id', value: '%UNIQUE_ID%' }, append_action: 'ADD_IF_ABSENT' },
];

const header = (name: string, match: object) => ({ header_filter: { header: { name, ...match } } });
const grpcContent = { string_match: { prefix: 'application/grpc' }, treat_missing_header_as_empty: true };
const transcoded = { present_match: true };

/** After transcoding a REST request is gRPC to look at, but for the path it came with. */
const restCaller = any(header('content-type', { ...grpcContent, invert_match: true }), header('x-envoy-original-path', transcoded));
const grpcCaller = all(header('content-type', grpcContent), header('x-envoy-original-path', { ...transcoded, invert_match: true }));

/** Direct answers, such as /healthz, are local replies too. */
const isError = {
  status_code_filter: { comparison: { op: 'GE', value: { default_value: 400, runtime_key: 'edge.local_reply.from_status' } } },
};

const attributes = (expression: string) => ({
  extension_filter: {
    name: 'envoy.access_loggers.extension_filters.cel',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', expression },
  },
});

function all(...filters: readonly object[]) {
  return { and_filter: { filters } };
}

function any(...filters: readonly object[]) {
  return { or_filter: { filters } };
}
