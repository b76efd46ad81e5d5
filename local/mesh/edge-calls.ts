import { boundOf, CallCounter, FAULTS, type CallTotals } from './call-totals.ts';
import { samplesOf } from './samples.ts';

const WANTED = /^envoy_cluster_grpc_(?:total|\d+|upstream_rq_time_bucket)\{/;
const FAULT_NAMES = new Set([...FAULTS.values()].map((code) => `envoy_cluster_grpc_${code}`));

/** Reads the calls that the edge has made from Envoy's metrics (Prometheus' text format; gateway/metrics.ts), by the service that was called. */
export function edgeCalls(text: string): ReadonlyMap<string, CallTotals> {
  const counter = new CallCounter();
  for (const { name, labels, value } of samplesOf(text, WANTED)) {
    const service = labels.get('envoy_cluster_name');
    if (service === undefined || !labels.has('rpc_method')) continue;
    if (name === 'envoy_cluster_grpc_total') counter.calls(service, value);
    else if (name.endsWith('_bucket')) counter.within(service, boundOf(labels.get('le')) / 1000, value);
    else if (FAULT_NAMES.has(name)) counter.faults(service, value);
  }
  return counter.totals;
}
