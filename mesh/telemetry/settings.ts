import { integer, oneOf, share, text } from '../config/kinds.ts';

/** Settings of tracing and logging, the same in every process. The OTEL_ names are OpenTelemetry's own. */
export const telemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: text('', 'Where spans go, OTLP over gRPC, for example http://127.0.0.1:4317; empty: nowhere'),
  OTEL_TRACES_SAMPLER_ARG: share(1, 'Share of the traces begun here that are kept; a trace begun elsewhere follows its beginning'),
  OTEL_BSP_SCHEDULE_DELAY: integer(1000, 'How long spans wait to be sent together', { min: 10, max: 60_000, unit: 'ms' }),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'Least important level that is logged'),
};
