import { Address, isAddressLiteral, socketAddress } from './address.ts';
import type { Cluster } from './envoy.ts';
import { jwksCluster } from './filters/jwt.ts';
import { rateLimitCluster } from './filters/rate-limit.ts';
import { nowhere } from './routes.ts';
import type { EdgeConfig } from './settings.ts';
import { otlpCluster } from './tracing.ts';
import { meshTransport } from './upstream-tls.ts';

/** Where the secrets of the edge's identity stand, for Envoy. */
type SecretFiles = Parameters<typeof meshTransport>[1];

/** The cluster of the mesh's control plane. */
export const discoveryCluster = 'discovery';

/** Everybody the edge calls: `wanted` are the services, whose endpoints are those of the settings, or come from the control plane. */
export function clusters(config: EdgeConfig, wanted: readonly string[], files: SecretFiles): Cluster[] {
  const services = wanted.map((service) => serviceCluster(service, config, files));
  const { EDGE_DISCOVERY: controlPlanes } = config;
  const jwks = new Address(config.EDGE_JWKS_URL.hostname.replace(/^\[|\]$/g, ''), Number(config.EDGE_JWKS_URL.port || 80));
  return [
    ...services,
    ...(controlPlanes.length > 0 ? [meshPeer(discoveryCluster, controlPlanes, files)] : []),
    ...(config.EDGE_RATE_LIMIT_SERVICE ? [meshPeer(rateLimitCluster, [config.EDGE_RATE_LIMIT_SERVICE], files)] : []),
    { ...reach(jwksCluster, [jwks]), circuit_breakers: few },
    ...(config.EDGE_OTLP ? [{ ...reach(otlpCluster, [config.EDGE_OTLP]), ...http2, circuit_breakers: few }] : []),
    { name: nowhere, type: 'STATIC', load_assignment: { cluster_name: nowhere } },
  ];
}

/** A service of the mesh: gRPC over mutual TLS, only to endpoints that say they serve, and no more at once than it can carry. */
function serviceCluster(service: string, config: EdgeConfig, files: SecretFiles): Cluster {
  const endpoints = config.EDGE_UPSTREAMS.get(service);
  return {
    ...(endpoints === undefined ? discovered(service) : reach(service, endpoints)),
    ...http2,
    lb_policy: 'LEAST_REQUEST',
    transport_socket: meshTransport(service, files),
    // grpc.health.v1, the server as a whole. One that is draining says NOT_SERVING and is left alone at the next check.
    health_checks: [
      {
        timeout: '1s',
        interval: '2s',
        no_traffic_interval: '2s',
        unhealthy_threshold: 2,
        healthy_threshold: 1,
        grpc_health_check: { service_name: '' },
      },
    ],
    outlier_detection: {
      consecutive_5xx: 5,
      consecutive_gateway_failure: 5,
      enforcing_consecutive_gateway_failure: 100,
      interval: '2s',
      base_ejection_time: '5s',
      max_ejection_percent: 50,
    },
    circuit_breakers: {
      thresholds: [
        {
          max_connections: 128,
          max_pending_requests: 256,
          max_requests: config.EDGE_MAX_UPSTREAM_REQUESTS,
          // Retries add at most a fifth to the load of a service that is in trouble already.
          retry_budget: { budget_percent: { value: 20 }, min_retry_concurrency: 16 },
          track_remaining: true,
        },
      ],
    },
    // With nobody healthy a request fails at once, rather than at somebody who is known not to answer.
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
  };
}

/** Endpoints come by xDS, and go by it too: one that the control plane took back is not kept for being healthy, as Envoy would by itself. */
function discovered(name: string): Cluster {
  return {
    name,
    type: 'EDS',
    connect_timeout: '1s',
    // Without the control plane the edge starts all the same; the endpoints come when it is there.
    eds_cluster_config: { eds_config: { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '3s' } },
    ignore_health_on_host_removal: true,
  };
}

/** Who tells where the services are, or counts for all edges: over mutual TLS as any other. */
function meshPeer(name: string, addresses: readonly Address[], files: SecretFiles): Cluster {
  return { ...reach(name, addresses), ...http2, transport_socket: meshTransport(name, files), circuit_breakers: few };
}

/** IP addresses are taken as they are; a host name is asked for again and again, each of its addresses being an endpoint. */
function reach(name: string, endpoints: readonly Address[]): Cluster {
  return {
    name,
    connect_timeout: '1s',
    ...(endpoints.every(isAddressLiteral) ? { type: 'STATIC' } : { cluster_type: byName }),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: endpoints.map((endpoint) => ({ endpoint: socketAddress(endpoint) })) }],
    },
  };
}

const byName = {
  name: 'envoy.cluster.dns',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster',
    dns_refresh_rate: '5s',
    respect_dns_ttl: true,
    all_addresses_in_single_endpoint: false,
    typed_dns_resolver_config: {
      name: 'envoy.network.dns_resolver.cares',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig' },
    },
  },
};

const few = { thresholds: [{ max_connections: 4, max_pending_requests: 256, max_requests: 256, max_retries: 3 }] };

/** HTTP/2 with a ping on silent connections, so that a peer that vanished is noticed. */
const http2 = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: { connection_keepalive: { interval: '30s', timeout: '5s' } } },
    },
  },
};
