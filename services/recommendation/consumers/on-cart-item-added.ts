import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { recordInteractions, type RecordDeps } from './record-interactions.ts';

/** Somebody put a product into their cart; it counts once, however many pieces of it. */
export const onCartItemAdded = (deps: RecordDeps) =>
  onEvent(eventTypes['shopverse.order.v1.CartItemAdded'], async ({ userId, productId, addedAt }, event) => {
    await recordInteractions(deps, event, { userId, kind: 'CART', at: addedAt ?? event.time, productIds: [productId] });
  });
