import { PaymentState, type Payment } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { toMessage } from '@shopverse/mesh/money';
import type { PaymentSnapshot } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';
import { toRefundMessage } from './refund-message.ts';

/** A payment with its refunds as the contract has it. The provider's own id of the try stays inside. */
export function toPaymentMessage(payment: PaymentSnapshot, refunds: readonly Refund[] = []): Payment {
  const { currency } = payment.amount;
  const ofCaptured = (minor: bigint) => (payment.providerPaymentId === undefined ? undefined : toMessage({ currency, minor }));
  return {
    id: payment.id,
    orderId: payment.orderId,
    customerId: payment.customerId,
    state: PaymentState[payment.state],
    amount: toMessage(payment.amount),
    provider: payment.provider,
    providerOrderId: payment.providerOrderId,
    providerKeyId: payment.providerKeyId,
    checkoutUrl: payment.checkoutUrl,
    method: payment.method,
    failureReason: payment.failureReason,
    refunded: ofCaptured(payment.refundedMinor),
    refunding: ofCaptured(payment.refundingMinor),
    refunds: refunds.map(toRefundMessage),
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
  };
}
