import { v5 } from 'uuid';

/** Namespace of the ids of refunds that the shop begins by itself. */
const REFUNDS = '5d9f8c1e-3c0b-4a5e-9d53-0f6a1c7b2e48';

/** The refund of a payment that nobody needs: the same whichever event wanted it, and after a crash. */
export function wholeRefundId(paymentId: string): string {
  return v5(`whole ${paymentId}`, REFUNDS);
}

/** The refund of a second capture. */
export function surplusRefundId(provider: string, providerPaymentId: string): string {
  return v5(`surplus ${provider} ${providerPaymentId}`, REFUNDS);
}
