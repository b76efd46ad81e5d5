import { Granularity, type RevenueTotal } from '@shopverse/contracts/shopverse/analytics/v1/analytics';
import type { GetRevenueRequest, GetRevenueResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { toMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { Calendar, type Stretch } from '../domain/calendar.ts';
import { boundedRange } from '../domain/time-range.ts';
import type { ReadRevenue, RevenueFigures } from '../store/reads/revenue.ts';
import type { RangeDeps } from './range-deps.ts';

/** What the figure needs. */
export interface GetRevenueDeps extends RangeDeps {
  readonly revenue: ReadRevenue;
}

const STRETCHES: Readonly<Record<Granularity, Stretch>> = {
  [Granularity.UNSPECIFIED]: 'day',
  [Granularity.DAY]: 'day',
  [Granularity.WEEK]: 'week',
  [Granularity.MONTH]: 'month',
};

/**
 * Revenue by day, week or month of a time zone; those in which nothing happened are there, with zeros. Errors: INVALID_REQUEST for a time that ends before it
 * begins or is cut into too many, and a zone that is none.
 */
export const getRevenue =
  ({ revenue, now = () => new Date() }: GetRevenueDeps): UnaryHandler<GetRevenueRequest, GetRevenueResponse> =>
  async (request, call) => {
    const timeZone = request.timeZone === '' ? 'UTC' : request.timeZone;
    const range = boundedRange(request, now());
    const stretches = new Calendar(timeZone).cut(range, STRETCHES[request.granularity]);
    const figures = await revenue(range, stretches, call);
    const buckets = stretches.map(({ from, to }, index) => ({ start: from, end: to, totals: (figures[index] ?? []).map(total) }));
    return { buckets, timeZone };
  };

function total({ currency, captured, refunded, orders }: RevenueFigures): RevenueTotal {
  const money = (minor: bigint) => toMessage({ currency, minor });
  return { captured: money(captured), refunded: money(refunded), net: money(captured - refunded), orders };
}
