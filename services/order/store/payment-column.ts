import type { OrderPayment } from '../domain/order-payment.ts';

/** An element of `orders.payments`. Whole numbers of 64 bits are texts, as JSON's numbers are floats. */
export interface PaymentColumn extends Omit<OrderPayment, 'amount' | 'refundedMinor'> {
  readonly currency: string;
  readonly amountMinor: string;
  readonly refundedMinor: string;
}

/** A payment as it is kept. */
export function toPaymentColumn({ amount, refundedMinor, ...payment }: OrderPayment): PaymentColumn {
  return { ...payment, currency: amount.currency, amountMinor: String(amount.minor), refundedMinor: String(refundedMinor) };
}

/** A payment that was kept. */
export function ofPaymentColumn({ currency, amountMinor, refundedMinor, ...payment }: PaymentColumn): OrderPayment {
  return { ...payment, amount: { currency, minor: BigInt(amountMinor) }, refundedMinor: BigInt(refundedMinor) };
}
