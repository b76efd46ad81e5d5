import { closedRoute } from './routes.ts';

/** One way in which the edge itself answers a request, and what the client is told. */
export interface Refusal {
  /** Reason of the contract (shopverse.errors.v1.Reason without its prefix). Its gRPC code comes with it. */
  readonly reason: string;
  /** What happened, for people. */
  readonly message: string;
  /** Envoy's own words follow the message: they name the field or header that is wrong. */
  readonly explained?: true;
  /** CEL expression (Envoy's attributes) that knows the refusal. */
  readonly when: string;
  /** HTTP status where the one that goes with the code says less than another. */
  readonly status?: number;
  /** gRPC code for native gRPC callers, where they expect another than the reason's. */
  readonly grpcCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const details = (start: string): string => `response.code_details.startsWith("${start}")`;
const oneOf = (...names: string[]): string => `response.code_details in [${names.map((name) => `"${name}"`).join(', ')}]`;
const soon = { 'retry-after': '1' };
const unimplemented = 12;

/** Every refusal of the edge. The first that matches is given, so that the narrow ones stand before the wide ones. */
export const refusals: readonly Refusal[] = [
  {
    reason: 'UNAUTHENTICATED',
    message: 'This call needs a signed-in user: send an access token as "authorization: Bearer <token>".',
    when: `${details('jwt_authn_access_denied')} && response.code_details.contains("Jwt_is_missing")`,
    headers: { 'www-authenticate': 'Bearer realm="shopverse"' },
  },
  {
    reason: 'DEPENDENCY_UNAVAILABLE',
    message: 'Access tokens cannot be checked right now.',
    when: `${details('jwt_authn_access_denied')} && response.code_details.contains("Jwks_remote_fetch")`,
    // Envoy says error="invalid_token" here too, which is not known.
    headers: { ...soon, 'www-authenticate': 'Bearer realm="shopverse"' },
  },
  {
    reason: 'INVALID_TOKEN',
    message: 'The access token is malformed, expired or not for this shop.',
    when: details('jwt_authn_access_denied'),
    headers: { 'www-authenticate': 'Bearer realm="shopverse", error="invalid_token"' },
  },
  {
    reason: 'ROUTE_NOT_FOUND',
    message: 'There is no such method or path, or not with this verb.',
    when: `response.code == 404 || (${details('rbac_access_denied')} && xds.route_name == "${closedRoute}")`,
    grpcCode: unimplemented,
  },
  { reason: 'ROLE_NOT_ALLOWED', message: 'Your role does not allow this call.', when: details('rbac_access_denied') },
  { reason: 'RATE_LIMITED', message: 'Too many requests; slow down.', when: 'response.code == 429', headers: soon },
  { reason: 'REQUEST_TOO_LARGE', message: "The request's body is too large.", when: 'response.code == 413', status: 413 },
  { reason: 'REQUEST_TOO_LARGE', message: "The request's headers are too large.", when: 'response.code == 431', status: 431 },
  {
    reason: 'DEADLINE_EXCEEDED',
    message: 'The call took longer than it may.',
    when: `response.code == 504 || ${oneOf('max_duration_timeout', 'response_timeout', 'upstream_response_timeout')}`,
  },
  { reason: 'DEADLINE_EXCEEDED', message: 'The request did not arrive in time.', when: 'response.code == 408', status: 408 },
  {
    reason: 'OVERLOADED',
    message: 'More requests are under way than can be served; try again.',
    when: 'response.code_details.contains("overflow") || response.code_details.contains("overload") || response.code_details == "reached_concurrency_limit"',
    headers: soon,
  },
  {
    reason: 'UPSTREAM_UNAVAILABLE',
    message: 'The service behind this path is away; try again.',
    when: 'response.code in [502, 503]',
    headers: soon,
  },
  {
    reason: 'MALFORMED_REQUEST',
    message: 'The request does not fit the method',
    explained: true,
    when: 'response.code == 400 && response.code_details.contains("grpc_json_transcode_failure")',
  },
  { reason: 'MALFORMED_REQUEST', message: 'The path has an escaped slash.', when: `${oneOf('path_normalization_failed')}` },
  {
    reason: 'MALFORMED_REQUEST',
    message: 'A header has an underscore in its name.',
    when: 'response.code_details.contains("unexpected_underscore")',
  },
  { reason: 'MALFORMED_REQUEST', message: 'The request breaks a rule of HTTP.', when: 'response.code >= 400 && response.code < 500' },
  { reason: 'INTERNAL', message: 'Something went wrong here.', when: 'response.code >= 500' },
];
