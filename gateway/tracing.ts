import type { EdgeConfig } from './settings.ts';

/** Cluster of the OpenTelemetry collector. */
export const otlpCluster = 'otlp';

/**
 * Traces by W3C context, reported over OTLP. Without a collector nothing is reported, and requests have a trace id all the same, in the
 * services' logs and in the answer.
 */
export const tracing = (config: EdgeConfig) => ({
  provider: {
    name: 'envoy.tracers.opentelemetry',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig',
      service_name: 'edge',
      ...(config.EDGE_OTLP && { grpc_service: { envoy_grpc: { cluster_name: otlpCluster }, timeout: '1s' } }),
    },
  },
  random_sampling: { value: config.EDGE_TRACE_SAMPLING },
  // Nobody outside decides what is traced: x-client-trace-id and x-envoy-force-trace are taken away, and these shares kept at nothing.
  client_sampling: { value: 0 },
  spawn_upstream_span: true,
  max_path_tag_length: 256,
});

/** The answer tells the caller under which trace it is found. */
export const traceparent = {
  header: { key: 'traceparent', value: '00-%TRACE_ID%-%SPAN_ID%-01' },
  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
} as const;
