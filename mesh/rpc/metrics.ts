import { status as grpcStatus } from '@grpc/grpc-js';
import { metrics, type Attributes, type Histogram } from '@opentelemetry/api';
import { METRIC_RPC_CLIENT_CALL_DURATION, METRIC_RPC_SERVER_CALL_DURATION } from '@opentelemetry/semantic-conventions/incubating';

/** OpenTelemetry's advice for durations of calls, in seconds. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Records how long calls of one side take, by method and status. */
export class CallMetrics {
  readonly #histogram: Histogram;
  /** One object a method and status, so that a call allocates none. */
  readonly #attributes = new Map<string, Attributes[]>();

  constructor(side: 'server' | 'client') {
    const name = side === 'server' ? METRIC_RPC_SERVER_CALL_DURATION : METRIC_RPC_CLIENT_CALL_DURATION;
    this.#histogram = metrics.getMeter('@shopverse/mesh').createHistogram(name, {
      description: `Duration of gRPC calls seen by the ${side}`,
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
  }

  /** @param durationMs milliseconds */
  record(method: string, code: number, durationMs: number): void {
    this.#histogram.record(durationMs / 1000, this.#attributesOf(method, code));
  }

  #attributesOf(method: string, code: number): Attributes {
    let byCode = this.#attributes.get(method);
    if (byCode === undefined) {
      byCode = [];
      this.#attributes.set(method, byCode);
    }
    return (byCode[code] ??= {
      'rpc.system.name': 'grpc',
      'rpc.method': method.slice(1),
      'rpc.response.status_code': grpcStatus[code] ?? String(code),
    });
  }
}
