import { nowhere } from './routes.ts';
import type { EdgeConfig } from './settings.ts';

/** Cluster of the OpenTelemetry collector. */
export const otlpCluster = 'otlp';

/**
 * Traces by W3C context, reported over OTLP. Without a collector no request is sampled, so that nothing is reported; it has a trace id all
 * the same, in the services' logs and in the answer.
 */
export const tracing = (config: EdgeConfig) => ({
  provider: {
    name: 'envoy.tracers.opentelemetry',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig',
      service_name: 'edge',
      grpc_service: { envoy_grpc: { cluster_name: config.EDGE_OTLP ? otlpCluster : nowhere }, timeout: '1s' },
    },
  },
  random_sampling: { value: sampledPercent(config) },
  // Nobody outside decides what is traced: x-client-trace-id and x-envoy-force-trace are taken away, and these shares kept at nothing.
  client_sampling: { value: 0 },
  spawn_upstream_span: true,
  max_path_tag_length: 256,
});

/**
 * Tells the caller under which trace a request is found (W3C Trace Context). The flag says that it may have been recorded: which requests
 * the sampling took is not known to the headers of an answer.
 */
export const traceparent = (config: EdgeConfig) => ({
  header: { key: 'traceparent', value: `00-%TRACE_ID%-%SPAN_ID%-${sampledPercent(config) > 0 ? '01' : '00'}` },
  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
});

/**
 * Carries the trace id from the answer's headers, where Envoy knows it, to the body of a refusal, where it does not; taken away again on the way
 * out (filters/answer-headers.ts).
 */
export const traceIdHeader = 'x-shopverse-trace-id';

const sampledPercent = (config: EdgeConfig): number => (config.EDGE_OTLP ? config.EDGE_TRACE_SAMPLING : 0);
