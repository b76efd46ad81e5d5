import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { orderShipped } from '../domain/notice-texts.ts';
import { orderFactsOf } from './order-facts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that their order is on its way, and how to follow it. */
export const onOrderShipped = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderShipped'], async (message, event) => {
    const { carrier, trackingNumber } = message;
    await tell(deps, event, message.customerId, orderShipped({ ...orderFactsOf(message), carrier, trackingNumber }));
  });
