import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { recordInteractions, type RecordDeps } from './record-interactions.ts';

/** Somebody looked at a product. */
export const onProductViewed = (deps: RecordDeps) =>
  onEvent(eventTypes['shopverse.product.v1.ProductViewed'], async ({ userId, productId, viewedAt }, event) => {
    await recordInteractions(deps, event, { userId, kind: 'VIEW', at: viewedAt ?? event.time, productIds: [productId] });
  });
