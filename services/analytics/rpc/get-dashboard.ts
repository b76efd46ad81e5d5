import type { Dashboard } from '@shopverse/contracts/shopverse/analytics/v1/analytics';
import type { GetDashboardRequest } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { toMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { utcDay } from '../domain/utc-day.ts';
import type { Figures } from '../store/figures.ts';

/** What the dashboard needs. */
export interface GetDashboardDeps {
  readonly figures: Pick<Figures, 'dashboard'>;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** The shop at a glance, ever and since midnight UTC. */
export const getDashboard =
  ({ figures, now = () => new Date() }: GetDashboardDeps): UnaryHandler<GetDashboardRequest, Dashboard> =>
  async (_request, call) => {
    const { revenue, revenueToday, refunded, ...counts } = await figures.dashboard(utcDay(now()), call);
    return {
      ...counts,
      revenue: revenue.map(toMessage),
      revenueToday: revenueToday.map(toMessage),
      refunded: refunded.map(toMessage),
    };
  };
