import type { GetOrderStatisticsRequest, GetOrderStatisticsResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { toMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { meanOf } from '../domain/mean.ts';
import { boundedRange } from '../domain/time-range.ts';
import type { ReadOrderStatistics } from '../store/reads/order-statistics.ts';
import type { RangeDeps } from './range-deps.ts';

/** What the figure needs. */
export interface GetOrderStatisticsDeps extends RangeDeps {
  readonly orderStatistics: ReadOrderStatistics;
}

/** Where the orders placed within a time stand, and what the paid ones were worth. Errors: INVALID_REQUEST for a time that is none. */
export const getOrderStatistics =
  ({
    orderStatistics,
    now = () => new Date(),
  }: GetOrderStatisticsDeps): UnaryHandler<GetOrderStatisticsRequest, GetOrderStatisticsResponse> =>
  async (request, call) => {
    const { states, paid } = await orderStatistics(boundedRange(request, now()), call);
    return {
      orders: [...states.values()].reduce((sum, orders) => sum + orders, 0n),
      states: [...states].map(([state, orders]) => ({ state: OrderState[state], orders })),
      values: paid.map(({ orders, total }) => ({
        orders,
        total: toMessage(total),
        average: toMessage({ currency: total.currency, minor: meanOf(total.minor, orders) }),
      })),
    };
  };
