import type { ClickHouseClient } from '@clickhouse/client';
import type { Money } from '@shopverse/mesh/money';
import type { TimeRange } from '../../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from '../select.ts';

/** Where an order can stand, in the order of its life. */
export const orderStates = ['PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'] as const;

/** Orders of one time. */
export interface OrderFigures {
  readonly states: ReadonlyMap<(typeof orderStates)[number], bigint>;
  /** Of those that were paid, by currency. */
  readonly paid: readonly { readonly orders: bigint; readonly total: Money }[];
}

/** Reads where the orders placed within a time stand. */
export type ReadOrderStatistics = (range: TimeRange, limit: QueryLimit) => Promise<OrderFigures>;

/** The furthest of what has happened to an order is where it stands, in whatever order its events come. */
const STATISTICS = `
  SELECT multiIf(refunded_at > 0, 'REFUNDED', cancelled_at > 0, 'CANCELLED', delivered_at > 0, 'DELIVERED', shipped_at > 0, 'SHIPPED',
      confirmed_at > 0, 'CONFIRMED', 'PENDING_PAYMENT') AS state,
    toString(currency) AS code, toString(count()) AS orders, toString(countIf(confirmed_at > 0)) AS paid,
    toString(sumIf(total_minor, confirmed_at > 0)) AS total
  FROM orders FINAL WHERE ${within('placed_at')}
  GROUP BY state, code ORDER BY code`;

/** Reads them from the orders. */
export const readOrderStatistics =
  (client: ClickHouseClient): ReadOrderStatistics =>
  async (range, limit) => {
    const rows = await select<{ state: (typeof orderStates)[number]; code: string; orders: string; paid: string; total: string }>(
      client,
      STATISTICS,
      rangeParams(range),
      limit,
    );
    const states = new Map(orderStates.map((state) => [state, 0n]));
    const paid = new Map<string, { readonly orders: bigint; readonly minor: bigint }>();
    for (const row of rows) {
      states.set(row.state, (states.get(row.state) ?? 0n) + BigInt(row.orders));
      const { orders = 0n, minor = 0n } = paid.get(row.code) ?? {};
      if (row.paid !== '0') paid.set(row.code, { orders: orders + BigInt(row.paid), minor: minor + BigInt(row.total) });
    }
    return { states, paid: [...paid].map(([currency, { orders, minor }]) => ({ orders, total: { currency, minor } })) };
  };
