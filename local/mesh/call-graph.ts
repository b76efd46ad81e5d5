import { sleep } from '@shopverse/mesh/backoff';
import type { CallTotals } from './call-totals.ts';

/** Where an instance tells of its calls. */
export interface CallSource {
  readonly service: string;
  /** URL of its Prometheus metrics. */
  readonly metrics: string;
  /** Finds the calls in them, by the service that was called. */
  readonly read: (text: string) => ReadonlyMap<string, CallTotals>;
}

/** One edge of the graph of calls, over all instances of the caller. */
export interface CallEdge {
  readonly from: string;
  readonly to: string;
  /** Since the callers' starts. */
  readonly total: number;
  /** In the last moments. */
  readonly perSecond: number;
  /** Share of all calls that failed by somebody's fault: refusals of the business are none. */
  readonly errorShare: number;
  /** Upper bound of the 99th percentile in milliseconds, of all calls; null when it is beyond the largest bucket. */
  readonly p99Ms: number | null;
}

const ANSWER_MS = 2_000;

/** Who calls whom, by the callers' own counters, looked at twice. Who does not answer is left out. */
export async function callGraph(sources: readonly CallSource[], windowMs: number): Promise<CallEdge[]> {
  const [before, started] = [await look(sources), performance.now()];
  await sleep(windowMs);
  const [after, seconds] = [await look(sources), (performance.now() - started) / 1000];
  return [...after].map(([key, totals]): CallEdge => {
    const [from = '', to = ''] = key.split(' ');
    return {
      from,
      to,
      total: totals.count,
      perSecond: Math.max(0, totals.count - (before.get(key)?.count ?? 0)) / seconds,
      errorShare: totals.count === 0 ? 0 : totals.faults / totals.count,
      p99Ms: percentile(totals, 0.99),
    };
  }).toSorted((a, b) => `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`)); // prettier-ignore
}

async function look(sources: readonly CallSource[]): Promise<Map<string, CallTotals>> {
  const texts = await Promise.all(
    sources.map(async ({ metrics }) =>
      fetch(metrics, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
        (response) => response.text(),
        () => '',
      ),
    ),
  );
  const sums = new Map<string, CallTotals>();
  for (const [index, text] of texts.entries()) {
    for (const [to, totals] of sources[index]?.read(text) ?? []) {
      const key = `${sources[index]?.service} ${to}`;
      const known = sums.get(key);
      sums.set(key, known === undefined ? totals : add(known, totals));
    }
  }
  return sums;
}

function add(a: CallTotals, b: CallTotals): CallTotals {
  const buckets = new Map(a.buckets);
  for (const [bound, count] of b.buckets) buckets.set(bound, (buckets.get(bound) ?? 0) + count);
  return { count: a.count + b.count, faults: a.faults + b.faults, buckets };
}

/** Smallest bound of a bucket, in milliseconds, below which the share `p` of the calls lies. */
function percentile({ count, buckets }: CallTotals, p: number): number | null {
  const bounds = [...buckets].toSorted(([a], [b]) => a - b);
  const found = bounds.find(([bound, below]) => Number.isFinite(bound) && below >= count * p);
  return found === undefined ? null : found[0] * 1000;
}
