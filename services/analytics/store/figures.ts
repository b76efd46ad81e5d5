import type { ClickHouseClient } from '@clickhouse/client';
import type { Money } from '@shopverse/mesh/money';
import type { EventRow } from '../domain/event-row.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from './select.ts';

/** The shop at a glance. */
export interface DashboardFigures {
  readonly users: bigint;
  readonly orders: bigint;
  readonly confirmedOrders: bigint;
  readonly ordersToday: bigint;
  /** Captured less what went back within the time, one entry a currency, by its code. */
  readonly revenue: readonly Money[];
  readonly revenueToday: readonly Money[];
  /** What went back within the time. */
  readonly refunded: readonly Money[];
  /** When the newest event was published; undefined when there is none. */
  readonly asOf: Date | undefined;
}

/** How a product sells in one currency. */
export interface ProductFigures {
  readonly productId: string;
  readonly name: string;
  readonly units: bigint;
  readonly revenue: Money;
}

/** Rows are unmerged for a while; FINAL merges them as they are read, so that a repeated one never counts. 64-bit numbers come as text. */
const ORDERS = `
  SELECT toString(countIf(placed_at > 0 AND ${within('placed_at')})) AS orders,
    toString(countIf(confirmed_at > 0 AND ${within('confirmed_at')})) AS confirmed,
    toString(countIf(placed_at >= fromUnixTimestamp64Milli({today: Int64}, 'UTC'))) AS today
  FROM orders FINAL`;
const REVENUE = `
  SELECT currency,
    toString(sumIf(captured - back, ${within('moved_at')})) AS kept,
    toString(sumIf(back, ${within('moved_at')})) AS refunded,
    toString(countIf(${within('moved_at')})) AS movements,
    toString(sumIf(captured - back, moved_at >= fromUnixTimestamp64Milli({today: Int64}, 'UTC'))) AS today,
    toString(countIf(moved_at >= fromUnixTimestamp64Milli({today: Int64}, 'UTC'))) AS movements_today
  FROM (
    SELECT toString(currency) AS currency, amount_minor AS captured, toInt64(0) AS back, succeeded_at AS moved_at
    FROM payments FINAL WHERE succeeded_at > 0
    UNION ALL
    SELECT toString(currency) AS currency, toInt64(0) AS captured, amount_minor AS back, refunded_at AS moved_at FROM refunds FINAL
  )
  GROUP BY currency ORDER BY currency`;
const USERS = `SELECT toString(uniqExact(user_id)) AS users FROM users WHERE ${within('registered_at')}`;
const PROGRESS = `SELECT toString(toUnixTimestamp64Milli(max(latest))) AS latest FROM progress`;
const TOP_PRODUCTS = `
  SELECT product_id, argMax(name, sold_at) AS latest_name, toString(sum(units)) AS units_sold, currency, toString(sum(revenue_minor)) AS revenue
  FROM sales FINAL
  WHERE ${within('sold_at')}
  GROUP BY product_id, currency
  ORDER BY sum(revenue_minor) DESC, product_id, currency
  LIMIT {limit: UInt32}`;

interface RevenueRow {
  readonly currency: string;
  readonly kept: string;
  readonly refunded: string;
  readonly movements: string;
  readonly today: string;
  readonly movements_today: string;
}

const COLUMNS: readonly [keyof EventRow, ...(keyof EventRow)[]] = [
  'event_id',
  'type',
  'time',
  'occurred_at',
  'user_id',
  'order_id',
  'payment_id',
  'refund_id',
  'product_id',
  'currency',
  'amount_minor',
  'provider',
  'method',
  'lines.product_id',
  'lines.name',
  'lines.units',
  'lines.revenue_minor',
];

/** The shop's figures in ClickHouse. */
export class Figures {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /**
   * Adds events; those that are there already change nothing. Without a token of the batch: what the tables make of a row that comes again does not
   * hang on what the server remembers, and the token costs a tenth of the speed. Values without names are a third less to write and to read.
   */
  async add(rows: readonly EventRow[], signal: AbortSignal): Promise<void> {
    if (rows.length === 0) return;
    await this.#client.insert({
      table: 'events',
      columns: [...COLUMNS],
      values: rows.map((row) => COLUMNS.map((column) => row[column])),
      format: 'JSONCompactEachRow',
      abort_signal: signal,
    });
  }

  /** @param today when today began; what is of today is so whatever the range */
  async dashboard(range: TimeRange, today: Date, limit: QueryLimit): Promise<DashboardFigures> {
    const params = { ...rangeParams(range), today: today.getTime() };
    const [orders, revenue, users, progress] = await Promise.all([
      select<{ orders: string; confirmed: string; today: string }>(this.#client, ORDERS, params, limit),
      select<RevenueRow>(this.#client, REVENUE, params, limit),
      select<{ users: string }>(this.#client, USERS, rangeParams(range), limit),
      select<{ latest: string }>(this.#client, PROGRESS, {}, limit),
    ]);
    const latest = Number(progress[0]?.latest ?? 0);
    return {
      users: BigInt(users[0]?.users ?? 0),
      orders: BigInt(orders[0]?.orders ?? 0),
      confirmedOrders: BigInt(orders[0]?.confirmed ?? 0),
      ordersToday: BigInt(orders[0]?.today ?? 0),
      revenue: revenue.filter(({ movements }) => movements !== '0').map(({ currency, kept }) => ({ currency, minor: BigInt(kept) })),
      revenueToday: revenue
        .filter((row) => row.movements_today !== '0')
        .map((row) => ({ currency: row.currency, minor: BigInt(row.today) })),
      refunded: revenue.filter((row) => row.refunded !== '0').map((row) => ({ currency: row.currency, minor: BigInt(row.refunded) })),
      asOf: latest === 0 ? undefined : new Date(latest),
    };
  }

  /** What sold best within a time: by revenue, product and currency apart. */
  async topProducts(range: TimeRange, count: number, limit: QueryLimit): Promise<ProductFigures[]> {
    const rows = await select<{ product_id: string; latest_name: string; units_sold: string; currency: string; revenue: string }>(
      this.#client,
      TOP_PRODUCTS,
      { ...rangeParams(range), limit: count },
      limit,
    );
    return rows.map((row) => ({
      productId: row.product_id,
      name: row.latest_name,
      units: BigInt(row.units_sold),
      revenue: { currency: row.currency, minor: BigInt(row.revenue) },
    }));
  }
}
