import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { fromMessage } from '@shopverse/mesh/money';
import { paymentSucceeded } from '../domain/notice-texts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that their money has arrived. */
export const onPaymentSucceeded = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.payment.v1.PaymentSucceeded'], async (message, event) => {
    await tell(deps, event, message.customerId, paymentSucceeded({ ...message, amount: fromMessage(message.amount, 'amount') }));
  });
