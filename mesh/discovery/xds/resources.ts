import { methodsOf } from '../policy/methods.ts';
import type { Policy } from '../policy/policy.ts';
import type { RegisteredInstance } from '../registry.ts';
import { weighedInstances, type ClusterShare, type WeighedInstance } from './endpoints.ts';
import { pack } from './messages.ts';
import { RETRY_BUDGET } from './retry-budget.ts';

const ADS = { ads: {}, resource_api_version: 'V3' };
const HTTP_CONNECTION_MANAGER = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const ROUTER = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';

/**
 * What a client of `service` listens to (LDS): go to the routes of this name. So for a service that nobody knows, too, whose routes lead to a cluster without instances:
 * routes without a virtual host for the target, as a client gets them that knew the service, end its process (grpc-js-xds 1.14).
 */
export function listener(service: string): object {
  return {
    name: service,
    api_listener: {
      api_listener: pack(HTTP_CONNECTION_MANAGER, {
        stat_prefix: service,
        rds: { route_config_name: service, config_source: ADS },
        http_filters: [{ name: 'router', typed_config: pack(ROUTER, {}) }],
      }),
    },
  };
}

/** How calls of `service` are made (RDS): a route for each method that may be repeated, by the contracts, or has a time of its own, and one for all others. */
export function routes(service: string, policy: Policy, shares: readonly ClusterShare[]): object {
  const repeatable = new Set(policy.retries.attempts > 1 ? repeatableMethods(service) : []);
  const retry_policy = {
    // AIP-194: what may be repeated is repeated when the peer was UNAVAILABLE, and for no other reason.
    retry_on: 'unavailable',
    num_retries: { value: policy.retries.attempts - 1 },
    retry_back_off: { base_interval: duration(policy.retries.backoff), max_interval: duration(policy.retries.maxBackoff) },
  };
  const timeoutOf = (path: string) => policy.methods[path.split('/').at(-1) ?? '']?.timeout;
  const special = methodsOf(service).filter((path) => repeatable.has(path) || timeoutOf(path) !== undefined);
  return {
    name: service,
    virtual_hosts: [
      {
        name: service,
        domains: ['*'],
        metadata: {
          filter_metadata: { [RETRY_BUDGET]: { fields: { percent: { numberValue: policy.retries.budgetPercent } } } },
        },
        routes: [
          ...special.map((path) => ({
            match: { path },
            route: { ...action(policy, shares, timeoutOf(path)), ...(repeatable.has(path) ? { retry_policy } : {}) },
          })),
          { match: { prefix: '' }, route: action(policy, shares) },
        ],
      },
    ],
  };
}

function action({ timeout: usual, loadBalancing }: Policy, shares: readonly ClusterShare[], own?: number): object {
  const [only, ...others] = shares;
  const timeout = own ?? usual;
  return {
    ...(only !== undefined && others.length === 0
      ? { cluster: only.name }
      : { weighted_clusters: { clusters: shares.map(({ name, weight }) => ({ name, weight: { value: weight } })) } }),
    ...(timeout === undefined ? {} : { max_stream_duration: { max_stream_duration: duration(timeout) } }),
    ...(loadBalancing === 'roundRobin' ? {} : { hash_policy: [{ header: { header_name: loadBalancing.sticky } }] }),
  };
}

/** Paths of the unary methods of a service that may be called again (google.protobuf.MethodOptions.idempotency_level). */
const repeatableMethods = (service: string): string[] =>
  methodsOf(service, ({ idempotency, responseStream }) => idempotency !== 'UNKNOWN' && !responseStream);

/** How the instances of a cluster are called (CDS). */
export function cluster(name: string, { circuitBreaker, outliers, loadBalancing }: Policy): object {
  return {
    name,
    type: 'EDS',
    connect_timeout: duration(1_000),
    eds_cluster_config: { eds_config: ADS },
    lb_policy: loadBalancing === 'roundRobin' ? 'ROUND_ROBIN' : 'RING_HASH',
    circuit_breakers: { thresholds: [{ max_requests: { value: circuitBreaker.maxRequests } }] },
    ...(outliers.failurePercent === 0 ? {} : { outlier_detection: outlierDetection(outliers) }),
  };
}

/** By share of failures only: the statistical kind needs more instances than a service usually has. */
function outlierDetection({ failurePercent, minCalls, interval, ejection, maxEjectedPercent }: Policy['outliers']): object {
  return {
    interval: duration(interval),
    base_ejection_time: duration(ejection),
    max_ejection_time: duration(Math.max(ejection, 300_000)),
    max_ejection_percent: { value: maxEjectedPercent },
    enforcing_success_rate: { value: 0 },
    failure_percentage_threshold: { value: failurePercent },
    enforcing_failure_percentage: { value: 100 },
    failure_percentage_minimum_hosts: { value: 2 },
    failure_percentage_request_volume: { value: minCalls },
  };
}

/** Where the instances of a cluster are (EDS). */
export function endpoints(name: string, instances: readonly WeighedInstance[]): object {
  return {
    cluster_name: name,
    endpoints:
      instances.length === 0
        ? []
        : [
            {
              locality: { zone: 'shopverse' },
              load_balancing_weight: { value: 1 },
              priority: 0,
              lb_endpoints: instances.map(({ instance, weight }) => ({
                endpoint: { address: { socket_address: { address: instance.ip, port_value: instance.port } } },
                health_status: healthOf(instance),
                load_balancing_weight: { value: weight },
              })),
            },
          ],
  };
}

/** Endpoints of one cluster of a service. */
export function endpointsOf(share: ClusterShare): object {
  return endpoints(share.name, weighedInstances([share]));
}

function healthOf({ serving }: RegisteredInstance): 'HEALTHY' | 'UNHEALTHY' {
  return serving ? 'HEALTHY' : 'UNHEALTHY';
}

/** google.protobuf.Duration of milliseconds, as proto-loader takes it. */
function duration(ms: number): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1e6) };
}
