import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { ATTR_DB_QUERY_TEXT, ATTR_SERVICE_NAME, ATTR_SERVICE_NAMESPACE } from '@opentelemetry/semantic-conventions';
import type { Config } from '../config/read.ts';
import { withoutValues, withoutValuesOnce } from '../store/values.ts';
import type { telemetrySettings } from './settings.ts';
import { provideTelemetry } from './telemetry.ts';

/**
 * Starts tracing (OTLP over gRPC) and metrics (pulled by Prometheus through the admin port) for this process.
 *
 * Spans of gRPC calls and Kafka messages are the mesh's own; SQL and MongoDB statements come from the instrumentations, only within a trace,
 * and without the values bound to them, which may be personal.
 */
export function startTelemetry(serviceName: string, config: Config<typeof telemetrySettings>): void {
  const metrics = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const sdk = new NodeSDK({
    serviceName,
    autoDetectResources: false,
    resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: serviceName, [ATTR_SERVICE_NAMESPACE]: 'shopverse' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG) }),
    spanProcessors:
      endpoint === ''
        ? []
        : [
            new BatchSpanProcessor({
              exporter: new OTLPTraceExporter({ url: endpoint, timeoutMillis: 5000 }),
              scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
            }),
          ],
    metricReaders: [metrics],
    instrumentations: [
      new PgInstrumentation({
        requireParentSpan: true,
        requestHook: (span, { query: { name, text } }) =>
          void span.setAttribute(ATTR_DB_QUERY_TEXT, name === undefined ? withoutValues(text) : withoutValuesOnce(text)),
      }),
      new MongoDBInstrumentation({ requireParentSpan: true }),
    ],
  });
  sdk.start();
  provideTelemetry({ metrics, shutdown: () => sdk.shutdown() });
}
