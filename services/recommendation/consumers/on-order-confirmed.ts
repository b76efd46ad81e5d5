import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { recordInteractions, type RecordDeps } from './record-interactions.ts';

/** Somebody bought products; each counts once, however many pieces of it. */
export const onOrderConfirmed = (deps: RecordDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderConfirmed'], async ({ customerId, lines, confirmedAt }, event) => {
    const productIds = [...new Set(lines.map(({ productId }) => productId))];
    await recordInteractions(deps, event, { userId: customerId, kind: 'ORDER', at: confirmedAt ?? event.time, productIds });
  });
