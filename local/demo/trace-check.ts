import { UnexpectedAnswer } from './unexpected-answer.ts';
import { eventually } from './eventually.ts';

/** Everybody who has a part in an order, from the edge to the last consumer. */
export const PARTICIPANTS = ['edge', 'order', 'product', 'payment', 'notification', 'analytics', 'recommendation'];

interface JaegerTrace {
  readonly spans: readonly {
    readonly operationName: string;
    readonly processID: string;
    readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

/** What was found in a trace. */
export interface TraceFindings {
  readonly spans: number;
  readonly services: readonly string[];
}

/**
 * Waits until Jaeger has one trace in which every participant, SQL and Kafka appear.
 *
 * @throws UnexpectedAnswer naming what is missing
 */
export async function findTrace(jaegerUrl: string, traceId: string): Promise<TraceFindings> {
  let missing: string[] = [];
  const found = await eventually(
    `The trace ${traceId}`,
    async () => {
      const response = await fetch(`${jaegerUrl}/api/traces/${traceId}`, { signal: AbortSignal.timeout(5_000) });
      if (!response.ok) return undefined;
      const { data } = (await response.json()) as { data: readonly JaegerTrace[] };
      const [trace] = data;
      if (trace === undefined) return undefined;
      const services = [...new Set(trace.spans.map(({ processID }) => trace.processes[processID]?.serviceName ?? ''))].sort();
      const has = (key: string) => trace.spans.some(({ tags }) => tags.some((tag) => tag.key === key));
      missing = [
        ...PARTICIPANTS.filter((name) => !services.includes(name)),
        ...(has('db.system.name') || has('db.system') ? [] : ['SQL']),
        ...(has('messaging.system') ? [] : ['Kafka']),
      ];
      return missing.length === 0 ? { spans: trace.spans.length, services } : undefined;
    },
    { timeoutMs: 30_000, intervalMs: 250 },
  ).catch((error: unknown) => {
    throw missing.length === 0 ? error : new UnexpectedAnswer(`The trace ${traceId} lacks ${missing.join(', ')}.`);
  });
  return found;
}
