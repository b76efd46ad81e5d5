import type { ClickHouseClient } from '@clickhouse/client';
import type { TimeRange } from '../../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from '../select.ts';

/** How many came to one step. */
export interface StepFigures {
  readonly people: bigint;
  /** Those who took all steps before it, too. */
  readonly through: bigint;
}

/** Reads the four steps: viewed, cart, ordered, paid. */
export type ReadFunnel = (range: TimeRange, limit: QueryLimit) => Promise<StepFigures[]>;

/** By whom: people are counted, so an event that is there twice changes nothing, and nothing has to be merged. */
const FUNNEL = `
  SELECT [toString(countIf(viewed)), toString(countIf(cart)), toString(countIf(ordered)), toString(countIf(paid))] AS people,
    [toString(countIf(viewed)), toString(countIf(viewed AND cart)), toString(countIf(viewed AND cart AND ordered)),
      toString(countIf(viewed AND cart AND ordered AND paid))] AS through
  FROM (
    SELECT user_id,
      max(type = 'shopverse.product.v1.ProductViewed') AS viewed,
      max(type = 'shopverse.order.v1.CartItemAdded') AS cart,
      max(type = 'shopverse.order.v1.OrderPlaced') AS ordered,
      max(type = 'shopverse.order.v1.OrderConfirmed') AS paid
    FROM occurrences
    WHERE type IN ('shopverse.product.v1.ProductViewed', 'shopverse.order.v1.CartItemAdded', 'shopverse.order.v1.OrderPlaced',
        'shopverse.order.v1.OrderConfirmed')
      AND ${within('occurred_at')} AND user_id != ''
    GROUP BY user_id
  )`;

/** Reads them from what happened. */
export const readFunnel =
  (client: ClickHouseClient): ReadFunnel =>
  async (range, limit) => {
    const [row] = await select<{ people: string[]; through: string[] }>(client, FUNNEL, rangeParams(range), limit);
    return [0, 1, 2, 3].map((step) => ({ people: BigInt(row?.people[step] ?? 0), through: BigInt(row?.through[step] ?? 0) }));
  };
