import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { orderDelivered } from '../domain/notice-texts.ts';
import { orderFactsOf } from './order-facts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that their order has arrived. */
export const onOrderDelivered = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderDelivered'], async (message, event) => {
    await tell(deps, event, message.customerId, orderDelivered(orderFactsOf(message)));
  });
