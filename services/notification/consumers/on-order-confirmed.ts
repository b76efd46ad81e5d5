import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { orderConfirmed } from '../domain/notice-texts.ts';
import { orderFactsOf } from './order-facts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that their order is paid. */
export const onOrderConfirmed = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderConfirmed'], async (message, event) => {
    await tell(deps, event, message.customerId, orderConfirmed(orderFactsOf(message)));
  });
