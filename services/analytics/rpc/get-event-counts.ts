import { eventTypes } from '@shopverse/contracts/event-types';
import type { GetEventCountsRequest, GetEventCountsResponse } from '@shopverse/contracts/shopverse/analytics/v1/analytics_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { boundedRange } from '../domain/time-range.ts';
import type { ReadEventCounts } from '../store/reads/event-counts.ts';
import type { RangeDeps } from './range-deps.ts';

/** What the figure needs. */
export interface GetEventCountsDeps extends RangeDeps {
  readonly eventCounts: ReadEventCounts;
}

/** Every type of event, by the service that owns its message: "shopverse.order.v1.CartItemAdded" is the order service's. */
const TYPES = Object.values(eventTypes)
  .map(({ type, topic }) => ({ service: type.split('.')[1] ?? '', topic, eventType: type }))
  .toSorted((a, b) => a.eventType.localeCompare(b.eventType));

/** How many events of each type there were within a time, those without any included. Errors: INVALID_REQUEST for a time that is none. */
export const getEventCounts =
  ({ eventCounts, now = () => new Date() }: GetEventCountsDeps): UnaryHandler<GetEventCountsRequest, GetEventCountsResponse> =>
  async (request, call) => {
    const counts = await eventCounts(boundedRange(request, now()), call);
    return { counts: TYPES.map((type) => ({ ...type, events: counts.get(type.eventType) ?? 0n })) };
  };
