import { RefundState, type Refund as RefundMessage } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { toMessage } from '@shopverse/mesh/money';
import type { Refund } from '../domain/refund.ts';

/** A refund as the contract has it. Who asked for it and the provider's own ids stay inside. */
export function toRefundMessage(refund: Refund): RefundMessage {
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    state: RefundState[refund.state],
    amount: toMessage(refund.amount),
    reason: refund.reason,
    surplus: refund.surplus,
    failureReason: refund.failureReason,
    createdAt: refund.createdAt,
    updatedAt: refund.updatedAt,
    processedAt: refund.processedAt,
  };
}
