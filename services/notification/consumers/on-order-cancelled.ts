import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { orderCancelled } from '../domain/notice-texts.ts';
import { orderFactsOf } from './order-facts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that their order will not come, and why. */
export const onOrderCancelled = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderCancelled'], async (message, event) => {
    await tell(deps, event, message.customerId, orderCancelled({ ...orderFactsOf(message), reason: message.reason }));
  });
