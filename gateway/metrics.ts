/** Envoy's own labels that say something of an edge: all but those that take a gRPC service's name to have no dots, and make each method a metric of its own. */
const usual = [
  'cluster_name',
  'http_conn_manager_prefix',
  'listener_address',
  'response_code',
  'response_code_class',
  'ssl_version',
  'ssl_cipher',
  'worker_id',
];

/**
 * Labels of the edge's metrics. The counters of calls (`cluster.product.grpc.shopverse.product.v1.ProductService.GetProduct.success`) become
 * `envoy_cluster_grpc_success{rpc_service="shopverse.product.v1.ProductService",rpc_method="GetProduct",envoy_cluster_name="product"}`.
 */
export const metricLabels = {
  use_all_default_tags: false,
  stats_tags: [
    ...usual.map((name) => ({ tag_name: `envoy.${name}` })),
    // Of a regular expression the first group is taken out of the metric's name, the second is the label's value.
    { tag_name: 'rpc_service', regex: String.raw`^cluster\.[^.]+\.grpc\.((shopverse\.[a-z]+\.v1\.\w+)\.)` },
    { tag_name: 'rpc_method', regex: String.raw`^cluster\.[^.]+\.grpc\.shopverse\.[a-z]+\.v1\.\w+\.((\w+)\.)` },
  ],
};
