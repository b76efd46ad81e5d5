import { describe, expect, it } from '@jest/globals';
import { edgeCalls } from './edge-calls.ts';

const of = (service: string, method: string) =>
  `{envoy_cluster_name="${service}",rpc_service="shopverse.${service}.v1.${service}Service",rpc_method="${method}"`;

describe('the calls of the edge', () => {
  it('are read from Envoy’s counters, by service, with what failed by a fault', () => {
    const found = edgeCalls(
      [
        '# TYPE envoy_cluster_grpc_total counter',
        `envoy_cluster_grpc_total${of('product', 'GetProduct')}} 9`,
        `envoy_cluster_grpc_total${of('product', 'ListProducts')}} 3`,
        `envoy_cluster_grpc_total${of('order', 'GetOrder')}} 1`,
        `envoy_cluster_grpc_5${of('product', 'GetProduct')}} 4`,
        `envoy_cluster_grpc_14${of('product', 'GetProduct')}} 2`,
        `envoy_cluster_grpc_upstream_rq_time_bucket${of('product', 'GetProduct')},le="5"} 6`,
        `envoy_cluster_grpc_upstream_rq_time_bucket${of('product', 'ListProducts')},le="5"} 1`,
        `envoy_cluster_grpc_upstream_rq_time_bucket${of('product', 'ListProducts')},le="+Inf"} 3`,
        'envoy_cluster_upstream_rq_total{envoy_cluster_name="product"} 99',
      ].join('\n'),
    );
    expect(found.get('product')).toEqual({ count: 12, faults: 2, buckets: new Map([[0.005, 7], [Number.POSITIVE_INFINITY, 3]]) }); // prettier-ignore
    expect(found.get('order')).toEqual({ count: 1, faults: 0, buckets: new Map() });
    expect(found.size).toBe(2);
  });

  it('are none where Envoy has made none', () => {
    expect(edgeCalls('envoy_server_live 1\n').size).toBe(0);
  });
});
