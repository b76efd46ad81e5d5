import type { GetCustomersRequest, GetCustomersResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { shareOf } from '../domain/mean.ts';
import { boundedRange } from '../domain/time-range.ts';
import type { ReadCustomers } from '../store/reads/customers.ts';
import type { RangeDeps } from './range-deps.ts';

/** What the figure needs. */
export interface GetCustomersDeps extends RangeDeps {
  readonly customers: ReadCustomers;
}

/** How many of those who paid an order within a time are new, and how many come again. Errors: INVALID_REQUEST for a time that is none. */
export const getCustomers =
  ({ customers: read, now = () => new Date() }: GetCustomersDeps): UnaryHandler<GetCustomersRequest, GetCustomersResponse> =>
  async (request, call) => {
    const { customers, fresh, repeating } = await read(boundedRange(request, now()), call);
    return { customers, newCustomers: fresh, returningCustomers: customers - fresh, repeatRate: shareOf(repeating, customers) };
  };
