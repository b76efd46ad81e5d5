import type { Refund as RefundMessage } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { RetryRefundRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure } from '@shopverse/mesh/failure';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { changePayment } from '../store/payment-repository.ts';
import { findRefund, saveRefund } from '../store/refund-repository.ts';
import { toRefundMessage } from './refund-message.ts';
import type { RefundPaymentDeps } from './refund-payment.ts';

/** Begins a refund anew that the provider refused. Errors: PAYMENT_NOT_FOUND, REFUND_NOT_FOUND, REFUND_STATE, REFUND_EXCEEDS_CAPTURE. */
export function retryRefund({ database, clock, wake }: RefundPaymentDeps): UnaryHandler<RetryRefundRequest, RefundMessage> {
  return async ({ paymentId, refundId }) => {
    const changed = await database.transaction((tx) =>
      changePayment(tx, { id: paymentId }, async (payment) => {
        const refund = await findRefund(tx.em, refundId);
        if (refund?.paymentId !== paymentId) {
          throw failure('REFUND_NOT_FOUND', 'No refund with this id of this payment.', { payment_id: paymentId, refund_id: refundId });
        }
        const at = clock();
        const again = payment.retry(refund, at);
        await saveRefund(tx, again, at);
        return again;
      }),
    );
    if (changed === undefined) throw failure('PAYMENT_NOT_FOUND', 'No payment with this id.', { payment_id: paymentId });
    wake();
    return toRefundMessage(changed.result);
  };
}
