import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@shopverse/mesh/config/read';
import { clusters } from './clusters.ts';
import type { Cluster } from './envoy.ts';
import { settings } from './settings.ts';

const clustersFor = (environment: Readonly<Record<string, string>>): Map<string, Cluster> => {
  const given = {
    EDGE_CERTIFICATES: '/identity',
    EDGE_UPSTREAMS: 'order=127.0.0.1:1',
    EDGE_JWKS_URL: 'http://auth:9464/.well-known/jwks.json',
  };
  const made = clusters(readConfig(settings, { ...given, ...environment }), ['order'], {
    certificate: '/certificate.json',
    authorities: '/authorities.json',
  });
  return new Map(made.map((cluster) => [cluster.name, cluster]));
};

describe('the cluster of a service', () => {
  it('has each of its endpoints, as they are when they are IP addresses', () => {
    const order = clustersFor({ EDGE_UPSTREAMS: 'order=127.0.0.1:1|[::1]:2' }).get('order');
    expect(order).toMatchObject({ type: 'STATIC' });
    expect(JSON.stringify(order?.['load_assignment'])).toContain('"address":"127.0.0.1","port_value":1');
    expect(JSON.stringify(order?.['load_assignment'])).toContain('"address":"::1","port_value":2');
  });

  it('asks for the addresses of host names again and again', () => {
    expect(clustersFor({ EDGE_UPSTREAMS: 'order=order:50051' }).get('order')).toMatchObject({
      cluster_type: { name: 'envoy.cluster.dns', typed_config: { dns_refresh_rate: '5s', all_addresses_in_single_endpoint: false } },
    });
  });

  it('takes nobody but the workload of its name, by TLS 1.3', () => {
    expect(clustersFor({}).get('order')).toMatchObject({
      transport_socket: {
        typed_config: {
          common_tls_context: {
            tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
            combined_validation_context: {
              default_validation_context: {
                match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: 'spiffe://shopverse/order' } }],
              },
            },
          },
        },
      },
    });
  });
});

describe('the cluster of a service that the control plane knows', () => {
  const discovered = clustersFor({ EDGE_UPSTREAMS: '', EDGE_DISCOVERY: '127.0.0.1:5,127.0.0.1:6' });

  it('has its endpoints from there, and drops those that are taken back whatever their health', () => {
    expect(discovered.get('order')).toMatchObject({
      type: 'EDS',
      eds_cluster_config: { eds_config: { ads: {} } },
      ignore_health_on_host_removal: true,
    });
    expect(discovered.get('order')).not.toHaveProperty('load_assignment');
  });

  it('is told by nobody but the control plane, over mutual TLS', () => {
    expect(discovered.get('discovery')).toMatchObject({ type: 'STATIC' });
    expect(JSON.stringify(discovered.get('discovery'))).toContain('"exact":"spiffe://shopverse/discovery"');
  });

  it('may be one of the settings all the same', () => {
    expect(clustersFor({ EDGE_DISCOVERY: '127.0.0.1:5' }).get('order')).toMatchObject({ type: 'STATIC' });
  });
});

describe('the other clusters', () => {
  it('are the public keys, a place that is nowhere, and the collector if there is one', () => {
    expect([...clustersFor({}).keys()]).toEqual(['order', 'jwks', 'nowhere']);
    expect([...clustersFor({ EDGE_OTLP: 'jaeger:4317' }).keys()]).toEqual(['order', 'jwks', 'otlp', 'nowhere']);
    expect(clustersFor({}).get('nowhere')).toEqual({ name: 'nowhere', type: 'STATIC', load_assignment: { cluster_name: 'nowhere' } });
  });
});
