import { PaymentState, type Payment } from '@shopverse/contracts/shopverse/payment/v1/payment';
import { toMessage } from '@shopverse/mesh/money';
import type { PaymentSnapshot } from '../domain/payment.ts';

/** A payment as the contract has it. The provider's own id of the try stays inside. */
export function toPaymentMessage(payment: PaymentSnapshot): Payment {
  return {
    id: payment.id,
    orderId: payment.orderId,
    customerId: payment.customerId,
    state: PaymentState[payment.state],
    amount: toMessage(payment.amount),
    provider: payment.provider,
    providerOrderId: payment.providerOrderId,
    providerKeyId: payment.providerKeyId,
    method: payment.method,
    failureReason: payment.failureReason,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
  };
}
