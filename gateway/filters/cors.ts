import { httpFilter, httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';

/** Answers preflights and marks answers for pages of the origins in `corsPolicy`. */
export const corsFilter: Extension = httpFilter('cors', 'cors.v3.Cors');

const requestHeaders = [
  'authorization',
  'content-type',
  'grpc-timeout',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'x-grpc-web',
  'x-user-agent',
];
const answerHeaders = [
  'etag',
  'grpc-message',
  'grpc-status',
  'grpc-status-details-bin',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'traceparent',
  'www-authenticate',
  'x-request-id',
];

/** Which pages may call (Fetch standard, CORS protocol). No origins: none. No credentials: tokens travel in a header, never in cookies. */
export const corsPolicy = (origins: readonly string[]): TypedConfig => ({
  '@type': httpFilterType('cors.v3.CorsPolicy'),
  allow_origin_string_match: origins.map((exact) => ({ exact })),
  allow_methods: 'GET, POST, PATCH, PUT, DELETE, OPTIONS',
  allow_headers: requestHeaders.join(', '),
  expose_headers: answerHeaders.join(', '),
  max_age: '600',
});
