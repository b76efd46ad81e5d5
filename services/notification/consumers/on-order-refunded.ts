import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { orderRefunded } from '../domain/notice-texts.ts';
import { orderFactsOf } from './order-facts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that a cancelled order's money is back. */
export const onOrderRefunded = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.order.v1.OrderRefunded'], async (message, event) => {
    await tell(deps, event, message.customerId, orderRefunded(orderFactsOf(message)));
  });
