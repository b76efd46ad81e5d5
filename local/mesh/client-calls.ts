import { boundOf, CallCounter, FAULTS, type CallTotals } from './call-totals.ts';
import { samplesOf } from './samples.ts';

const WANTED = /^rpc_client_call_duration(?:_seconds)?_(?:bucket|count)\{/;

/** Reads the calls that a process has made from its metrics (Prometheus' text format), by the service that was called. */
export function clientCalls(text: string): ReadonlyMap<string, CallTotals> {
  const counter = new CallCounter();
  for (const { name, labels, value } of samplesOf(text, WANTED)) {
    const service = /^shopverse\.([a-z]+)\./.exec(labels.get('rpc_method') ?? '')?.[1];
    if (service === undefined) continue;
    if (name.endsWith('_bucket')) {
      counter.within(service, boundOf(labels.get('le')), value);
    } else {
      counter.calls(service, value);
      if (FAULTS.has(labels.get('rpc_response_status_code') ?? '')) counter.faults(service, value);
    }
  }
  return counter.totals;
}
