import type { Payment } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { GetPaymentRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { findPayment, type PaymentDatabase } from '../store/payment-repository.ts';
import { refundsOfPayments } from '../store/refund-repository.ts';
import { toPaymentMessage } from './payment-message.ts';

/** One payment with its refunds: the caller's own, or any for an admin. Errors: PAYMENT_NOT_FOUND. */
export function getPayment({ database }: { readonly database: PaymentDatabase }): UnaryHandler<GetPaymentRequest, Payment> {
  return async ({ id }, call) => {
    const { userId, role } = signedIn(call);
    const payment = await database.read((em) => findPayment(em, id));
    if (payment === undefined || (role !== 'ADMIN' && payment.customerId !== userId)) {
      throw failure('PAYMENT_NOT_FOUND', 'No payment with this id.', { payment_id: id });
    }
    // Also of a payment that has captured nothing: what came in another amount goes back.
    const refunds = await refundsOfPayments(database, [id]);
    return toPaymentMessage(payment, refunds.get(id));
  };
}
