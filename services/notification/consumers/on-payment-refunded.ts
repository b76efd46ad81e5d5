import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { fromMessage } from '@shopverse/mesh/money';
import { paymentRefunded } from '../domain/notice-texts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that money goes back to them. */
export const onPaymentRefunded = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.payment.v1.PaymentRefunded'], async (message, event) => {
    await tell(deps, event, message.customerId, paymentRefunded({ ...message, amount: fromMessage(message.amount, 'amount') }));
  });
