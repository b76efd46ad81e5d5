import type { Dashboard } from '@shopverse/contracts/shopverse/analytics/v1/analytics';
import type { GetDashboardRequest } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { toMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { openRange } from '../domain/time-range.ts';
import { utcDay } from '../domain/utc-day.ts';
import type { Figures } from '../store/figures.ts';

/** What the dashboard needs. */
export interface GetDashboardDeps {
  readonly figures: Pick<Figures, 'dashboard'>;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** The shop at a glance, ever or within a time, and since midnight UTC. Errors: INVALID_REQUEST when `to` is before `from`. */
export const getDashboard =
  ({ figures, now = () => new Date() }: GetDashboardDeps): UnaryHandler<GetDashboardRequest, Dashboard> =>
  async (request, call) => {
    const { revenue, revenueToday, refunded, ...counts } = await figures.dashboard(openRange(request), utcDay(now()), call);
    return {
      ...counts,
      revenue: revenue.map(toMessage),
      revenueToday: revenueToday.map(toMessage),
      refunded: refunded.map(toMessage),
    };
  };
