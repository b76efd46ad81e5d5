import type { ClickHouseClient } from '@clickhouse/client';
import type { TimeRange } from '../../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from '../select.ts';

/** Money of one currency within one stretch of time, in minor units. */
export interface RevenueFigures {
  readonly currency: string;
  readonly captured: bigint;
  readonly refunded: bigint;
  /** Orders that money was captured for. */
  readonly orders: bigint;
}

/** Revenue by stretches: one array for each of them, with an entry for every currency that the shop ever took. */
export type ReadRevenue = (range: TimeRange, stretches: readonly TimeRange[], limit: QueryLimit) => Promise<RevenueFigures[][]>;

/** A stretch is told by the greatest beginning that is not behind the moment. */
const REVENUE = `
  SELECT currency, toString(roundDown(toUnixTimestamp64Milli(moved_at), {starts: Array(Int64)})) AS start,
    toString(sum(captured)) AS captured_minor, toString(sum(back)) AS refunded_minor, toString(uniqExactIf(order_id, paid)) AS orders
  FROM (
    SELECT toString(currency) AS currency, order_id, amount_minor AS captured, toInt64(0) AS back, succeeded_at AS moved_at, true AS paid
    FROM payments FINAL WHERE ${within('succeeded_at')}
    UNION ALL
    SELECT toString(currency) AS currency, order_id, toInt64(0) AS captured, amount_minor AS back, refunded_at AS moved_at, false AS paid
    FROM refunds FINAL WHERE ${within('refunded_at')}
  )
  GROUP BY currency, start`;
const CURRENCIES = 'SELECT DISTINCT toString(currency) AS currency FROM payments WHERE succeeded_at > 0 ORDER BY currency LIMIT 200';

/** Reads revenue from payments and refunds. */
export const readRevenue =
  (client: ClickHouseClient): ReadRevenue =>
  async (range, stretches, limit) => {
    if (stretches.length === 0) return [];
    const starts = stretches.map(({ from }) => from.getTime());
    const [rows, currencies] = await Promise.all([
      select<{ currency: string; start: string; captured_minor: string; refunded_minor: string; orders: string }>(
        client,
        REVENUE,
        { ...rangeParams(range), starts },
        limit,
      ),
      select<{ currency: string }>(client, CURRENCIES, {}, limit),
    ]);
    const found = new Map(rows.map((row) => [`${row.start} ${row.currency}`, row]));
    const all = [...new Set([...currencies, ...rows].map(({ currency }) => currency))].toSorted();
    return starts.map((start) =>
      all.map((currency) => {
        const row = found.get(`${start} ${currency}`);
        return {
          currency,
          captured: BigInt(row?.captured_minor ?? 0),
          refunded: BigInt(row?.refunded_minor ?? 0),
          orders: BigInt(row?.orders ?? 0),
        };
      }),
    );
  };
