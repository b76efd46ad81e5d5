import { eventTypes } from '@shopverse/contracts/event-types';
import { onEvent } from '@shopverse/mesh/events/handler';
import { fromMessage } from '@shopverse/mesh/money';
import { paymentFailed } from '../domain/notice-texts.ts';
import { tell, type TellDeps } from './tell.ts';

/** Tells the customer that their payment came to nothing. */
export const onPaymentFailed = (deps: TellDeps) =>
  onEvent(eventTypes['shopverse.payment.v1.PaymentFailed'], async (message, event) => {
    await tell(deps, event, message.customerId, paymentFailed({ ...message, amount: fromMessage(message.amount, 'amount') }));
  });
