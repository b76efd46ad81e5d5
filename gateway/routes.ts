import type { Method } from './contract/methods.ts';
import { filterName, seconds, type Route } from './envoy.ts';
import { tokenIgnored, tokenOptional, tokenRequired } from './filters/jwt.ts';
import { countedAs, unlimited } from './filters/rate-limit.ts';
import { allow, everybody } from './filters/rbac.ts';
import { conditional } from './filters/conditional.ts';
import { uncounted } from './filters/concurrency.ts';
import { streamed } from './filters/streams.ts';
import { notTranscoded } from './filters/transcoder.ts';

/** How long calls may take, in milliseconds. */
export interface Timeouts {
  readonly readMs: number;
  readonly writeMs: number;
  readonly streamMs: number;
}

/** Name of the route of everything that is no public method. */
export const closedRoute = 'closed';

/** Cluster without endpoints: where `closedRoute` would lead if a lock failed. */
export const nowhere = 'nowhere';

/** One route for each method that is not internal, /healthz, and a locked door for all else. */
export function deriveRoutes(methods: readonly Method[], timeouts: Timeouts): Route[] {
  const open = methods.filter((method) => method.access.level !== 'INTERNAL');
  return [health, ...open.map((method) => methodRoute(method, timeouts)), closed];
}

function methodRoute(method: Method, timeouts: Timeouts): Route {
  return {
    name: method.rpc,
    match: { path: `/${method.rpc}` },
    decorator: { operation: method.rpc, propagate: false },
    metadata: countedAs(method.pace),
    route: action(method, timeouts),
    typed_per_filter_config: {
      [filterName('jwt_authn')]: method.access.level === 'PUBLIC' ? tokenOptional : tokenRequired,
      [filterName('rbac')]: allow(method.access),
      ...(method.conditional && conditional),
      ...(method.streaming && { ...streamed, ...uncounted }),
    },
  };
}

/**
 * A client's own grpc-timeout holds when it is shorter than ours; REST calls, which have none, get ours. Either way Envoy tells the service
 * what is left, in grpc-timeout. (A route's `timeout` says nothing to it once these are set.) A stream may be silent while it lives, and is
 * never repeated, as part of it may have been seen.
 */
function action(method: Method, timeouts: Timeouts) {
  const limit = seconds(method.streaming ? timeouts.streamMs : method.readOnly ? timeouts.readMs : timeouts.writeMs);
  return {
    cluster: method.upstream,
    max_stream_duration: { max_stream_duration: limit, grpc_timeout_header_max: limit },
    ...(method.streaming && { idle_timeout: '0s' }),
    ...(method.repeatable && !method.streaming && { retry_policy: retryWhenUnavailable }),
  };
}

/** AIP-194: only what the service did not take on, or lost; a service that answers an error has answered. The cluster's budget bounds it. */
const retryWhenUnavailable = {
  retry_on: 'unavailable,connect-failure,refused-stream,reset',
  num_retries: 2,
  retry_back_off: { base_interval: '0.025s', max_interval: '0.25s' },
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate' },
    },
  ],
  host_selection_retry_max_attempts: 3,
};

/** The edge itself is up; whether services are is theirs to say. */
const health: Route = {
  name: 'healthz',
  match: { path: '/healthz' },
  direct_response: { status: 200, body: { inline_string: '{"status":"ok"}\n' } },
  response_headers_to_add: [{ header: { key: 'content-type', value: 'application/json' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
  decorator: { operation: 'healthz', propagate: false },
  typed_per_filter_config: {
    [filterName('jwt_authn')]: tokenIgnored,
    [filterName('rbac')]: everybody,
    ...unlimited,
    [filterName('grpc_json_transcoder')]: notTranscoded,
  },
};

/**
 * Every other path. It has a route action, as CORS and the rate limit look at the route of the path the client sent and pass by direct
 * responses; it needs a token (the virtual host's rule) and is denied (the role filter's).
 */
const closed: Route = {
  name: closedRoute,
  match: { prefix: '/' },
  decorator: { operation: closedRoute, propagate: false },
  metadata: countedAs('READ'),
  route: { cluster: nowhere },
};
