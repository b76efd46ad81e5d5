import type { ClickHouseClient } from '@clickhouse/client';
import type { TimeRange } from '../../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from '../select.ts';

/** People who paid an order within a time. */
export interface CustomerFigures {
  readonly customers: bigint;
  /** Those whose first one it was. */
  readonly fresh: bigint;
  /** Those who have paid two or more by its end. */
  readonly repeating: bigint;
}

/** Reads who they are. */
export type ReadCustomers = (range: TimeRange, limit: QueryLimit) => Promise<CustomerFigures>;

const CUSTOMERS = `
  SELECT toString(count()) AS customers, toString(countIf(first_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC'))) AS fresh,
    toString(countIf(paid > 1)) AS repeating
  FROM (
    SELECT user_id, min(confirmed_at) AS first_at, count() AS paid, countIf(${within('confirmed_at')}) AS paid_within
    FROM orders FINAL
    WHERE confirmed_at > 0 AND confirmed_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
    GROUP BY user_id
    HAVING paid_within > 0
  )`;

/** Reads them from the orders. */
export const readCustomers =
  (client: ClickHouseClient): ReadCustomers =>
  async (range, limit) => {
    const [row] = await select<{ customers: string; fresh: string; repeating: string }>(client, CUSTOMERS, rangeParams(range), limit);
    return { customers: BigInt(row?.customers ?? 0), fresh: BigInt(row?.fresh ?? 0), repeating: BigInt(row?.repeating ?? 0) };
  };
