import type { ClickHouseClient } from '@clickhouse/client';
import { possible, type TimeRange } from '../domain/time-range.ts';

/** How long a query may take and what ends it early. */
export interface QueryLimit {
  /** Milliseconds since the epoch; Infinity when the caller set none. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Longest time of a query, in milliseconds. */
const MAX_QUERY_MS = 5_000;

/** Rows of a query; its parameters are bound. It ends with the caller's deadline, after 5 s at most. */
export async function select<Row>(
  client: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, number | readonly number[]>>,
  { deadline, signal }: QueryLimit,
): Promise<Row[]> {
  const seconds = Math.max(0.05, Math.min(MAX_QUERY_MS, deadline - Date.now()) / 1_000);
  const answer = await client.query({
    query,
    query_params: params,
    format: 'JSONEachRow',
    clickhouse_settings: { max_execution_time: seconds },
    abort_signal: signal,
  });
  return answer.json<Row>();
}

/** The condition that `moment` lies in the range that `rangeParams` binds. */
export function within(moment: string): string {
  return `${moment} >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND ${moment} < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`;
}

/** Parameters for `within`. */
export function rangeParams(range: TimeRange): { readonly from: number; readonly to: number } {
  const { from, to } = possible(range);
  return { from: from.getTime(), to: to.getTime() };
}
