import type { ClickHouseClient } from '@clickhouse/client';
import type { TimeRange } from '../../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from '../select.ts';

/** Reads how many events of each type there were; types without any are left out. */
export type ReadEventCounts = (range: TimeRange, limit: QueryLimit) => Promise<ReadonlyMap<string, bigint>>;

/** An event's rows are in one partition, so each partition is merged by itself. */
const COUNTS = `
  SELECT toString(type) AS name, toString(count()) AS events
  FROM occurrences FINAL WHERE ${within('occurred_at')}
  GROUP BY name
  SETTINGS do_not_merge_across_partitions_select_final = 1`;

/** Counts them by their ids. */
export const readEventCounts =
  (client: ClickHouseClient): ReadEventCounts =>
  async (range, limit) => {
    const rows = await select<{ name: string; events: string }>(client, COUNTS, rangeParams(range), limit);
    return new Map(rows.map(({ name, events }) => [name, BigInt(events)]));
  };
