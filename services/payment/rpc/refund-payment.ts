import { Refund as RefundMessage } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { RefundPaymentRequest } from '@shopverse/contracts/shopverse/payment/v1/payment_service';
import { failure } from '@shopverse/mesh/failure';
import { fromMessage } from '@shopverse/mesh/money';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import { changePayment, type PaymentDatabase } from '../store/payment-repository.ts';
import { addRefund } from '../store/refund-repository.ts';
import { toRefundMessage } from './refund-message.ts';

/** What giving money back needs. */
export interface RefundPaymentDeps {
  readonly database: PaymentDatabase;
  readonly clock: () => Date;
  /** Called when a refund is due. */
  readonly wake: () => void;
}

/**
 * Gives captured money back, all that is left or a part of it: records the refund, which is then carried out. Two at once wait for each other, so that never
 * more goes back than came in. Errors: PAYMENT_NOT_FOUND, PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_CAPTURE, INVALID_REQUEST, IDEMPOTENCY_KEY_REUSED.
 */
export function refundPayment({ database, clock, wake }: RefundPaymentDeps): UnaryHandler<RefundPaymentRequest, RefundMessage> {
  return async (request, call) => {
    const { userId } = signedIn(call);
    const amount = request.amount === undefined ? undefined : fromMessage(request.amount, 'amount');
    const answer = await idempotent(database, call, { codec: RefundMessage }, (claim) =>
      database.transaction(async (tx) => {
        const changed = await changePayment(tx, { id: request.id }, async (payment) => {
          const wanted = { id: claim.resourceId, amount, reason: request.reason, requestedBy: userId };
          const refund = payment.refund(wanted, clock());
          await addRefund(tx, refund, payment.snapshot.provider);
          return refund;
        });
        if (changed === undefined) throw failure('PAYMENT_NOT_FOUND', 'No payment with this id.', { payment_id: request.id });
        const message = toRefundMessage(changed.result);
        await claim.complete(tx, message);
        return message;
      }),
    );
    wake();
    return answer;
  };
}
