import type { EdgeConfig } from './settings.ts';

const monitor = (name: string, message: string, config: object) => ({
  name: `envoy.resource_monitors.${name}`,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.resource_monitors.${message}`, ...config },
});

const above = (value: number) => [{ name: 'envoy.resource_monitors.fixed_heap', threshold: { value } }];

/** What Envoy does when memory or connections run out: first give memory back, then keep no connection alive, then refuse, but never die. */
export const overloadManager = (config: EdgeConfig) => ({
  refresh_interval: '0.25s',
  resource_monitors: [
    monitor('fixed_heap', 'fixed_heap.v3.FixedHeapConfig', { max_heap_size_bytes: config.EDGE_MAX_HEAP_BYTES }),
    monitor('global_downstream_max_connections', 'downstream_connections.v3.DownstreamConnectionsConfig', {
      max_active_downstream_connections: config.EDGE_MAX_CONNECTIONS,
    }),
  ],
  actions: [
    { name: 'envoy.overload_actions.shrink_heap', triggers: above(0.85) },
    { name: 'envoy.overload_actions.disable_http_keepalive', triggers: above(0.9) },
    { name: 'envoy.overload_actions.stop_accepting_requests', triggers: above(0.95) },
  ],
});
