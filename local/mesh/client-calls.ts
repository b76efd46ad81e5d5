/** Calls to one service, of one process. */
export interface CallTotals {
  readonly count: number;
  /** Those that failed by somebody's fault. */
  readonly faults: number;
  /** Calls that took at most so many seconds, by that bound. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** Codes that mean trouble: of a refusal (NOT_FOUND, FAILED_PRECONDITION …) nobody is to blame. */
const FAULTS = new Set(['UNKNOWN', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'RESOURCE_EXHAUSTED', 'UNIMPLEMENTED']);

const SAMPLE = /^rpc_client_call_duration(?:_seconds)?_(bucket|count)\{(.*)\} (\d+(?:\.\d+)?(?:e\+?\d+)?)/;
const LABEL = /([a-z_]+)="([^"]*)"/g;

/** Reads the calls that a process has made from its metrics (Prometheus' text format), by the service that was called. */
export function clientCalls(text: string): Map<string, CallTotals> {
  const found = new Map<string, { count: number; faults: number; buckets: Map<number, number> }>();
  for (const line of text.split('\n')) {
    const [, kind, labelText = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (kind === undefined) continue;
    const labels = new Map([...labelText.matchAll(LABEL)].map(([, name = '', label = '']) => [name, label]));
    const service = /^shopverse\.([a-z]+)\./.exec(labels.get('rpc_method') ?? '')?.[1];
    if (service === undefined) continue;
    const totals = found.get(service) ?? { count: 0, faults: 0, buckets: new Map<number, number>() };
    found.set(service, totals);
    if (kind === 'count') {
      totals.count += Number(value);
      if (FAULTS.has(labels.get('rpc_response_status_code') ?? '')) totals.faults += Number(value);
    } else {
      const bound = labels.get('le') === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.get('le'));
      totals.buckets.set(bound, (totals.buckets.get(bound) ?? 0) + Number(value));
    }
  }
  return found;
}
