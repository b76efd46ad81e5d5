import type { GetPaymentMethodsRequest, GetPaymentMethodsResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import { toMessage } from '@shopverse/mesh/money';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { shareOf } from '../domain/mean.ts';
import { boundedRange } from '../domain/time-range.ts';
import type { ReadPaymentMethods } from '../store/reads/payment-methods.ts';
import type { RangeDeps } from './range-deps.ts';

/** What the figure needs. */
export interface GetPaymentMethodsDeps extends RangeDeps {
  readonly paymentMethods: ReadPaymentMethods;
}

/** How the payments opened within a time went, by provider and method. Errors: INVALID_REQUEST for a time that is none. */
export const getPaymentMethods =
  ({ paymentMethods, now = () => new Date() }: GetPaymentMethodsDeps): UnaryHandler<GetPaymentMethodsRequest, GetPaymentMethodsResponse> =>
  async (request, call) => {
    const methods = await paymentMethods(boundedRange(request, now()), call);
    return {
      methods: methods.map(({ captured, ...figures }) => ({
        ...figures,
        successRate: shareOf(figures.successes, figures.successes + figures.failures),
        captured: captured.map(toMessage),
      })),
    };
  };
