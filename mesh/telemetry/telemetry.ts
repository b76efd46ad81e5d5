import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the process's telemetry offers once it is started. */
export interface Telemetry {
  /** Answers the process's metrics in Prometheus's text format. */
  readonly metrics: { getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void };
  /** Sends what is still here, then stops. */
  shutdown(): Promise<void>;
}

let current: Telemetry | undefined;

/** Called once, by the --import of a service. */
export function provideTelemetry(telemetry: Telemetry): void {
  current = telemetry;
}

/** The process's telemetry; undefined in a process started without it (a script, a unit test). */
export function telemetry(): Telemetry | undefined {
  return current;
}
