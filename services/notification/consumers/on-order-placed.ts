import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { orderPlaced } from '../domain/notice-texts.ts';
import { orderFactsOf } from './order-facts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer what is set aside for them. */
export const onOrderPlaced = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderPlaced'], async (message, event) => {
    await tell(deps, event, message.customerId, orderPlaced(orderFactsOf(message)));
  });
