import { FunnelStep } from '@shopverse/contracts/shopverse/analytics/v1/analytics';
import type { GetFunnelRequest, GetFunnelResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { shareOf } from '../domain/mean.ts';
import { boundedRange } from '../domain/time-range.ts';
import type { ReadFunnel } from '../store/reads/funnel.ts';
import type { RangeDeps } from './range-deps.ts';

/** What the figure needs. */
export interface GetFunnelDeps extends RangeDeps {
  readonly funnel: ReadFunnel;
}

const STEPS = [FunnelStep.VIEWED, FunnelStep.CART, FunnelStep.ORDERED, FunnelStep.PAID] as const;

/** How many people came how far on the way to a sale within a time. Errors: INVALID_REQUEST for a time that is none. */
export const getFunnel =
  ({ funnel, now = () => new Date() }: GetFunnelDeps): UnaryHandler<GetFunnelRequest, GetFunnelResponse> =>
  async (request, call) => {
    const figures = await funnel(boundedRange(request, now()), call);
    return {
      steps: STEPS.map((step, index) => {
        const { people, through } = figures[index] ?? { people: 0n, through: 0n };
        const before = index === 0 ? people : (figures[index - 1]?.through ?? 0n);
        return { step, people, peopleThrough: through, conversionRate: shareOf(through, before) };
      }),
    };
  };
